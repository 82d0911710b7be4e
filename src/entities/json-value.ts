/**
 * What a json column holds: `object` is an array or a plain object of such values again. (Said exactly, it is more than
 * the compiler can follow through TypeORM's own types; the rule `isJsonValue` is exact.) `null` is SQL's NULL at the
 * top and JSON's further down. PostgreSQL gives the keys of an object in an order of its own.
 */
export type JsonValue = string | number | boolean | object | null;
