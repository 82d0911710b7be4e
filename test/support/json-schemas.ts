import { Ajv, type ValidateFunction } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

/** Where the package has its schemas. */
export const SCHEMAS = join(root, 'schemas');

/** The names of the schemas, without `.json`. */
export const SCHEMA_NAMES = readdirSync(SCHEMAS).map((file) => file.replace(/\.json$/, ''));

/** A schema as it is in its file. */
export function schemaNamed(name: string): object {
  return JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), 'utf8')) as object;
}

const checks = new Map<string, ValidateFunction>();

/**
 * What is wrong with a document, one line a problem; empty where it is what its schema describes. A field that the
 * schema does not have is wrong too, though users may meet one: it is not documented.
 */
export function problemsOf(name: string, document: unknown): readonly string[] {
  const check =
    checks.get(name) ?? new Ajv({ allErrors: true, strict: true }).compile(closed(schemaNamed(name)));
  checks.set(name, check);
  if (check(document)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The names of the schemas that a document satisfies. */
export function schemasOf(document: unknown): readonly string[] {
  return SCHEMA_NAMES.filter((name) => problemsOf(name, document).length === 0);
}

function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed<unknown>(value)]),
  );
  return (
    'properties' in inside && inside['type'] === 'object'
      ? { ...inside, additionalProperties: false }
      : inside
  ) as T;
}
