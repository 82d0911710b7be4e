import { ValidateIf } from 'class-validator';

/** As IsOptional does, which lets null pass as well. */
export function MayBeLeftOut(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}
