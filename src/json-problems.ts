/** What a schema finds wrong in a file of JSON, in words. Loads the library that checks files. */

import * as v from 'valibot';

/** One mistake; `path` leads to it from the outermost object. */
export type JsonIssue = v.BaseIssue<unknown>;

/** The content of a file, or the fields that this version does not know, or the problem. */
export type CheckedJson<T> =
  { readonly output: T } | { readonly unknown: readonly string[] } | { readonly problem: string };

/**
 * Checks a file that is JSON already, field by field.
 *
 * @param isField whether an unknown name at this place is a field; default always
 */
export function checkJson<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  isField: (issue: JsonIssue) => boolean = () => true,
): CheckedJson<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, value);
  if (result.success) return { output: result.output };
  const unknown = unknownFields(schema, structuredClone(value), isField);
  if (unknown.length > 0) return { unknown };
  const [issue] = result.issues;
  return { problem: issueWords(issue, issue.path ? issuePlace(issue.path) : 'the file') };
}

/** The outermost first. Of each object valibot names one field at a time, so named fields are removed. */
function unknownFields(
  schema: v.GenericSchema,
  value: unknown,
  isField: (issue: JsonIssue) => boolean,
): readonly string[] {
  const found: JsonIssue['path'][] = [];
  for (;;) {
    const unknown = (v.safeParse(schema, value).issues ?? []).filter(isUnknown).filter(isField);
    if (unknown.length === 0) break;
    for (const { path } of unknown) {
      found.push(path);
      const { input, key } = path?.at(-1) ?? {};
      Reflect.deleteProperty(input as object, key as string);
    }
  }
  return found.sort((a, b) => (a?.length ?? 0) - (b?.length ?? 0)).map((path) => issuePlace(path ?? []));
}

function isUnknown({ type, expected }: JsonIssue): boolean {
  return type === 'strict_object' && expected === 'never';
}

/** `schemas.sqlite.tables[0].columns` */
export function issuePlace(path: readonly { readonly key: unknown }[]): string {
  const keys = path.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return keys.join('').replace(/^\./, '');
}

/** How much of a wrong value is shown. */
const SHOWN = 40;

/** What is wrong at a place. */
export function issueWords({ expected, received, kind, message }: JsonIssue, place: string): string {
  if (kind === 'validation') return `${place} ${message}`;
  if (expected === 'never') return `${place} is unknown`;
  if (received === 'undefined') return `${place} is missing`;
  const found = received.length > SHOWN ? `${received.slice(0, SHOWN)}...` : received;
  return `${place} must be ${inWords(String(expected))}, not ${inWords(found)}`;
}

/** The library names classes of JavaScript. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['Object', 'an object'],
  ['Array', 'a list'],
]);

function inWords(kind: string): string {
  return KINDS.get(kind) ?? kind;
}
