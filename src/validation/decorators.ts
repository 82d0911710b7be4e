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
export const Max = classValidator('Max', 'decorator/number/Max');
export const MaxLength = classValidator('MaxLength', 'decorator/string/MaxLength');
export const Min = classValidator('Min', 'decorator/number/Min');

const ValidateBy = classValidator('ValidateBy', 'decorator/common/ValidateBy');
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

/**
 * The value is one that JSON can say and that both databases keep as it is: strings, finite numbers, booleans, null,
 * arrays and plain objects of them. PostgreSQL's jsonb takes neither U+0000 nor half of a surrogate pair.
 */
export function IsJsonValue(): PropertyDecorator {
  return ValidateBy({
    name: 'isJsonValue',
    validator: {
      validate: (value: unknown) => isJsonValue(value, []),
      defaultMessage: (of) => `${of?.property ?? 'value'} must be a JSON value without U+0000`,
    },
  });
}

/** @param within the objects and arrays that the value is in; one that is in itself has no end */
function isJsonValue(value: unknown, within: readonly unknown[]): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return isKeptText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || within.includes(value)) return false;
  const inner = [...within, value];
  if (Array.isArray(value)) return value.every((item) => isJsonValue(item, inner));
  // JSON leaves out a property that is undefined; in an array it would make null of it.
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return isPlain(value) && entries.every(([key, item]) => isKeptText(key) && isJsonValue(item, inner));
}

function isKeptText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
