import type { Change } from '../../schema/change.js';
import { actionsOf, listed, type Action } from '../../schema/describe-change.js';
import type { Rename } from '../../schema/rename.js';

/** Longest description that still is one sentence to read in a list. */
export const LONGEST_SUMMARY = 160;

/** One sentence on the purpose of a group of revisions, in plain words: `Adds jobs.depth and ix_jobs_depth.` */
export function summaryOf(changes: readonly Change[], renames: readonly Rename[]): string {
  const clauses = [...renames.map(renameClause), ...changes.flatMap((change) => clausesOf(change, changes))];
  const whole = sentenceOf(clauses);
  return whole.length <= LONGEST_SUMMARY ? whole : sentenceOf(changes.map(tableClause));
}

function renameClause(rename: Rename): Action {
  if (rename.kind === 'value' && rename.joins)
    return {
      verb: 'moves',
      object: `rows with ${rename.from} of ${rename.table}.${rename.column} to ${rename.to}`,
    };
  return { verb: 'renames', object: `${formerNameOf(rename)} to ${rename.to}` };
}

function formerNameOf(rename: Rename): string {
  switch (rename.kind) {
    case 'table':
      return rename.from;
    case 'type':
      return `the type ${rename.from}`;
    case 'column':
      return `${rename.table}.${rename.from}`;
    case 'value':
      return `value ${rename.from} of ${rename.table}.${rename.column}`;
  }
}

/** The parts of a created or dropped table are not listed. */
function clausesOf(change: Change, all: readonly Change[]): readonly Action[] {
  const beside =
    change.kind === 'add-enum' ? 'create-table' : change.kind === 'drop-enum' ? 'drop-table' : null;
  return all.some(({ kind }) => kind === beside) ? [] : actionsOf(change);
}

function tableClause({ kind, table, object }: Change): Action {
  const verb = kind === 'create-table' ? 'creates' : kind === 'drop-table' ? 'drops' : 'changes';
  return { verb, object: table === '' ? object : table };
}

/** Additions are first and drops are last; all others are between them. */
const ORDER = ['renames', 'creates', 'adds', '', 'drops'];

function rankOf(verb: string): number {
  return ORDER.includes(verb) ? ORDER.indexOf(verb) : ORDER.indexOf('');
}

/** Objects with the same verb are listed together. */
function sentenceOf(clauses: readonly Action[]): string {
  const byVerb = new Map<string, Set<string>>();
  for (const { verb, object } of clauses)
    byVerb.set(verb, (byVerb.get(verb) ?? new Set<string>()).add(object));
  const verbs = [...byVerb].sort(([a], [b]) => rankOf(a) - rankOf(b));
  const words = verbs.map(([verb, objects]) => `${verb} ${listed([...objects])}`).join(', ');
  return words === '' ? 'Changes the schema.' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
