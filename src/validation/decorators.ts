import { ValidateIf } from 'class-validator';

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
