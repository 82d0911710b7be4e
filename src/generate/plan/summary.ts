import type { AlterChange, Change } from '../../schema/change.js';
import { enumCheckOf } from '../../schema/enum-check.js';
import type { Rename } from '../../schema/rename.js';

/** Longest description that still is one sentence to read in a list. */
const LONGEST = 160;

/** What is done, and to what: said as `adds jobs.depth`. */
interface Clause {
  readonly verb: string;
  readonly object: string;
}

/** One sentence on what a group of revisions is for, as a person would say it: `Adds jobs.depth and ix_jobs_depth.` */
export function summaryOf(changes: readonly Change[], renames: readonly Rename[]): string {
  const clauses = [...renames.map(renameClause), ...changes.flatMap((change) => clauseOf(change, changes))];
  const whole = sentenceOf(clauses);
  return whole.length <= LONGEST ? whole : sentenceOf(changes.map(tableClause));
}

function renameClause(rename: Rename): Clause {
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

/** What comes or goes with a whole table needs no word of its own. */
function clauseOf(change: Change, all: readonly Change[]): readonly Clause[] {
  switch (change.kind) {
    case 'create-table':
      return [{ verb: 'creates', object: change.table }];
    case 'drop-table':
      return [{ verb: 'drops', object: change.table }];
    case 'add-enum':
    case 'drop-enum':
      return all.some(({ kind }) => kind === `${change.kind === 'add-enum' ? 'create' : 'drop'}-table`)
        ? []
        : [{ verb: change.kind === 'add-enum' ? 'adds' : 'drops', object: `enum ${change.object}` }];
    case 'alter-enum':
      return [{ verb: 'changes the values of', object: change.object }];
    case 'alter-table':
      return [{ verb: 'changes', object: change.table }];
    case 'alter-column':
      return columnClauses(change);
    default:
      return [partClause(change)];
  }
}

function columnClauses({ table, object, aspects, desired }: AlterChange<'column'>): readonly Clause[] {
  const place = `${table}.${object}`;
  return aspects.map((aspect) => {
    switch (aspect) {
      case 'type':
      case 'default':
      case 'comment':
      case 'collation':
        return { verb: `changes the ${aspect} of`, object: place };
      case 'nullable':
        return { verb: 'makes', object: `${place} ${desired.nullable ? 'nullable' : 'not null'}` };
      default:
        return { verb: 'changes', object: place };
    }
  });
}

type PartChange = Exclude<Change, { readonly kind: `${string}-table` | `${string}-enum` | 'alter-column' }>;

const VERBS = { add: 'adds', drop: 'drops', alter: 'changes' } as const;

function partClause(change: PartChange): Clause {
  const model = 'desired' in change ? change.desired : change.live;
  const verb = VERBS[change.kind.slice(0, change.kind.indexOf('-')) as keyof typeof VERBS];
  const values = 'expression' in model ? enumCheckOf(model) : null;
  if (values) return { verb: 'changes the values of', object: `${change.table}.${values.column}` };
  if (change.kind.endsWith('-column')) return { verb, object: `${change.table}.${change.object}` };
  const noun = change.kind.slice(change.kind.indexOf('-') + 1).replace('-', ' ');
  return { verb, object: model.name ?? `${noun === 'primary key' ? 'the' : 'a'} ${noun} of ${change.table}` };
}

function tableClause({ kind, table, object }: Change): Clause {
  const verb = kind === 'create-table' ? 'creates' : kind === 'drop-table' ? 'drops' : 'changes';
  return { verb, object: table === '' ? object : table };
}

/** What comes is said before what goes; all others stand between them. */
const ORDER = ['renames', 'creates', 'adds', '', 'drops'];

function rankOf(verb: string): number {
  return ORDER.includes(verb) ? ORDER.indexOf(verb) : ORDER.indexOf('');
}

/** What has the same verb is said at once. */
function sentenceOf(clauses: readonly Clause[]): string {
  const byVerb = new Map<string, Set<string>>();
  for (const { verb, object } of clauses)
    byVerb.set(verb, (byVerb.get(verb) ?? new Set<string>()).add(object));
  const verbs = [...byVerb].sort(([a], [b]) => rankOf(a) - rankOf(b));
  const words = verbs.map(([verb, objects]) => `${verb} ${listed([...objects])}`).join(', ');
  return words === '' ? 'Changes the schema.' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
