import { checkJson } from '../../json-problems.js';
import { entryWords, type AcceptedDifference } from './accepted-difference.js';
import { acceptedSchema } from './accepted-schema.js';

/** The entries, or what is wrong and which entry has it. */
type CheckedAccepted = { readonly entries: readonly AcceptedDifference[] } | { readonly problem: string };

/** Checks a file that is JSON already. */
export function checkAccepted(value: unknown): CheckedAccepted {
  if (Array.isArray(value))
    return { problem: 'the file must be an object with the fields version and accepted, not a list' };
  const checked = checkJson(acceptedSchema, value);
  if ('output' in checked) return { entries: checked.output.accepted };
  const [first = ''] = 'unknown' in checked ? checked.unknown : [checked.problem];
  const problem = 'unknown' in checked ? `${first} is an unknown field` : checked.problem;
  return { problem: `${problem}${namedEntry(first, value)}` };
}

/** The name of the entry that a problem begins with: ` (alter-column jobs.id)`. */
function namedEntry(problem: string, value: unknown): string {
  const index = /^accepted\[(\d+)\]/.exec(problem)?.[1];
  if (index === undefined) return '';
  const entry = (value as { readonly accepted: readonly unknown[] }).accepted[Number(index)];
  const { kind, table, object, aspect } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof kind !== 'string' || typeof table !== 'string' || typeof object !== 'string') return '';
  const of = typeof aspect === 'string' ? { aspect } : {};
  return `, in the entry for ${entryWords({ kind, table, object, ...of })}`;
}
