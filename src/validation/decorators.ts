import { classValidator } from './class-validator.js';

/** class-validator's own rules, as far as the entities use them; one that is missing here is a line more. */
export const IsArray = classValidator('IsArray', 'decorator/typechecker/IsArray');
export const IsBoolean = classValidator('IsBoolean', 'decorator/typechecker/IsBoolean');
export const IsDate = classValidator('IsDate', 'decorator/typechecker/IsDate');
export const IsEnum = classValidator('IsEnum', 'decorator/typechecker/IsEnum');
export const IsInt = classValidator('IsInt', 'decorator/typechecker/IsInt');
export const IsObject = classValidator('IsObject', 'decorator/typechecker/IsObject');
export const IsOptional = classValidator('IsOptional', 'decorator/common/IsOptional');
export const IsString = classValidator('IsString', 'decorator/typechecker/IsString');
export const Length = classValidator('Length', 'decorator/string/Length');

const ValidateIf = classValidator('ValidateIf', 'decorator/common/ValidateIf');

/**
 * The database fills the property in when it is left out: `undefined` passes, `null` does not.
 * (class-validator's own `IsOptional` lets `null` pass as well, which a NOT NULL column then refuses.)
 */
export function HasDatabaseDefault(): PropertyDecorator {
  return ValidateIf((_entity: object, value: unknown) => value !== undefined);
}

/** A foreign key's column may be left out where the related entity itself is given. */
export function UnlessRelated(relation: string): PropertyDecorator {
  return ValidateIf(
    (entity: Record<string, unknown>, value: unknown) => value !== undefined || entity[relation] == null,
  );
}
