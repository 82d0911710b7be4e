import type { ValueTransformer } from 'typeorm';
import { UnsafeIntegerError } from '../errors/base.js';

/**
 * node-postgres gives a bigint as text. TypeORM may ask twice for the same value, so what is a number already stays.
 *
 * @throws UnsafeIntegerError for one that a number cannot hold exactly
 */
export const safeIntegers: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? safeInteger(value) : value),
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(text);
  return value;
}

/**
 * JSON for node-postgres, which reads it by itself. In what is written TypeORM makes text of the value; in conditions
 * it does not, and node-postgres takes an array for one of PostgreSQL's and a string for text that is JSON already. An
 * object that defines its own serialization is right in both.
 */
export const jsonParameters: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? value : new JsonParameter(value)),
  from: (value: unknown) => value,
};

class JsonParameter {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  toJSON(): unknown {
    return this.#value;
  }
}

/** JSON as text; keys in order, so that equal values are equal texts, in conditions and for what has changed. */
export const jsonText: ValueTransformer = {
  to: (value: unknown) =>
    value === null || value === undefined
      ? value
      : JSON.stringify(value, (_key, part: unknown) => sorted(part)),
  from: (value: unknown) => (typeof value === 'string' ? (JSON.parse(value) as unknown) : value),
};

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
