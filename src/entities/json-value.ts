/**
 * The value of a json column: `object` is an array or a plain object of such values. (An exact type is too deep for the
 * compiler together with TypeORM's own types; the rule `isJsonValue` is exact.) `null` is SQL's NULL at the top and
 * JSON's null inside. PostgreSQL returns the keys of an object in its own order.
 */
export type JsonValue = string | number | boolean | object | null;
