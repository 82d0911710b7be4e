import { classValidator } from './class-validator.js';

/** The rules of class-validator that the entities use. To use another one, add a line. */
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
 * The database fills in a property that is left out: `undefined` passes, `null` does not.
 * (`IsOptional` of class-validator also accepts `null`, which a NOT NULL column then rejects.)
 */
export function HasDatabaseDefault(): PropertyDecorator {
  return ValidateIf((_entity: object, value: unknown) => value !== undefined);
}

/** The column of a foreign key may be left out where the related entity is set. */
export function UnlessRelated(relation: string): PropertyDecorator {
  return ValidateIf(
    (entity: Record<string, unknown>, value: unknown) => value !== undefined || entity[relation] == null,
  );
}

/**
 * The value is a JSON value that both databases keep unchanged: strings, finite numbers, booleans, null, and arrays and
 * plain objects of them. jsonb of PostgreSQL accepts neither U+0000 nor half of a surrogate pair.
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

/** @param within the objects and arrays that contain the value, to detect a cycle */
function isJsonValue(value: unknown, within: readonly unknown[]): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return isKeptText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || within.includes(value)) return false;
  const inner = [...within, value];
  if (Array.isArray(value)) return value.every((item) => isJsonValue(item, inner));
  // JSON leaves out an undefined property; in an array, it writes null for it.
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
