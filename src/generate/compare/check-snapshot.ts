import * as v from 'valibot';
import { issuePlace, issueWords } from './issue-words.js';
import { snapshotSchema } from './snapshot-schema.js';

type Issue = v.InferIssue<typeof snapshotSchema>;

/** A snapshot that this version understands, or the fields that it does not know, or the problem, in words. */
type CheckedSnapshot =
  | { readonly snapshot: v.InferOutput<typeof snapshotSchema> }
  | { readonly unknown: readonly string[] }
  | { readonly problem: string };

/** Checks a file that is JSON already, field by field. */
export function checkSnapshot(value: unknown): CheckedSnapshot {
  const result = v.safeParse(snapshotSchema, value);
  if (result.success) return { snapshot: result.output };
  const unknown = unknownFields(structuredClone(value));
  return unknown.length > 0 ? { unknown } : { problem: problemOf(result.issues[0]) };
}

/** The outermost first. Of each object valibot names one field at a time, so named fields are removed. */
function unknownFields(value: unknown): readonly string[] {
  const found: Issue['path'][] = [];
  for (;;) {
    const issues = v.safeParse(snapshotSchema, value).issues?.filter(isUnknownField) ?? [];
    if (issues.length === 0) break;
    for (const { path } of issues) {
      found.push(path);
      const { input, key } = path?.at(-1) ?? {};
      Reflect.deleteProperty(input as object, key as string);
    }
  }
  return found.sort((a, b) => (a?.length ?? 0) - (b?.length ?? 0)).map((path) => issuePlace(path ?? []));
}

/** A schema of a third dialect is no field: it has a name that is none. */
function isUnknownField({ type, expected, path }: Issue): boolean {
  const isDialect = path?.length === 2 && path[0].key === 'schemas';
  return type === 'strict_object' && expected === 'never' && !isDialect;
}

function problemOf(issue: Issue): string {
  return issueWords(issue, issue.path ? issuePlace(issue.path) : 'the file');
}
