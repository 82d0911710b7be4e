import type { InferOutput } from 'valibot';
import { checkJson, type CheckedJson, type JsonIssue } from '../../json-problems.js';
import { snapshotSchema } from './snapshot-schema.js';

/** Checks a snapshot that is JSON already, field by field. */
export function checkSnapshot(value: unknown): CheckedJson<InferOutput<typeof snapshotSchema>> {
  return checkJson(snapshotSchema, value, isField);
}

/** A schema of a third dialect is no field: it has a name that is none. */
function isField({ path }: JsonIssue): boolean {
  return !(path?.length === 2 && path[0].key === 'schemas');
}
