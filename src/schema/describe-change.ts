import {
  changedPart,
  isViewChange,
  objectOf,
  type AlterChange,
  type Change,
  type Difference,
} from './change.js';
import { describeView, viewWords } from './describe-view.js';
import { facetsOf, type Facets } from './change-facets.js';
import type { Part, Parts, TableModel } from './model.js';
import { enumCheckOf, valuesOf } from './enum-check.js';
import { fragmentsOf, NOUNS, type NamedPart } from './describe-fragments.js';
import {
  alteredColumn,
  ASPECT_NOUNS,
  becoming,
  nullability,
  propertiesOf,
  valuesWords,
} from './describe-parts.js';
import { ASPECT_WORDS, fieldOf, PLURAL_ASPECTS, show } from './show.js';

/** A change of something inside a table, or of an enumerated type. */
type PartChange<P extends Part> = Extract<Change, { readonly kind: `${'add' | 'drop' | 'alter'}-${P}` }>;

/** The subject of a description, and its words. */
export interface Clause {
  readonly subject: string;
  readonly words: string;
}

/** A difference between a database and the entities: one sentence that a person can act on. */
export function describeChange(change: Difference): string {
  if (isViewChange(change)) return describeView(change);
  const what = nameOfObject(change);
  if (change.kind.startsWith('alter-'))
    return `${what}: ${differences(change as AlterChange<Part>).join('; ')}.`;
  if ('desired' in change)
    return `${what} is missing in the database; the entities declare ${show(change.desired)}.`;
  return `${what} is in the database, but no entity declares it: ${show(change.live)}.`;
}

function nameOfObject(change: Difference): string {
  const { part, place } = facetsOf(change);
  const noun = part.replaceAll('-', ' ');
  const name = part === 'primary-key' ? `of ${change.table}` : place;
  return `${noun[0]?.toUpperCase() ?? ''}${noun.slice(1)} ${name}`;
}

function differences(change: AlterChange<Part>): readonly string[] {
  const { live, desired } = change;
  return change.aspects.map(
    (aspect) =>
      `${ASPECT_WORDS[aspect] ?? aspect} ${PLURAL_ASPECTS.includes(aspect) ? 'are' : 'is'} ${show(fieldOf(live, aspect))}${causeOf(aspect, live)}, the entities declare ${show(fieldOf(desired, aspect))}`,
  );
}

/** NOT NULL may be there and hold for new rows alone. */
function causeOf(aspect: string, live: Parts[Part]): string {
  const own = aspect === 'nullable' && 'notNull' in live ? live.notNull : undefined;
  return own?.validated === false ? ` (${own.name} is NOT VALID)` : '';
}

/**
 * Describes the changes for the person who reads the statements: `jobs.depth: new column, integer, not null, default
 * 0`. Changes of one object that follow each other share its name; semicolons separate the others.
 */
export function reasonOf(changes: readonly Change[]): string {
  const clauses: Clause[] = [];
  for (const { subject, words } of changes.map(clauseOf)) {
    const last = clauses.at(-1);
    if (last?.subject === subject) clauses.splice(-1, 1, { subject, words: `${last.words}, ${words}` });
    else clauses.push({ subject, words });
  }
  return clauses.map(({ subject, words }) => `${subject}: ${words}`).join('; ');
}

function clauseOf(change: Change): Clause {
  switch (change.kind) {
    case 'create-table':
      return { subject: change.table, words: 'new table' };
    case 'drop-table':
      return { subject: change.table, words: 'table dropped' };
    case 'alter-table':
      return { subject: change.table, words: tableWords(change.aspects, change.live, change.desired) };
    case 'add-column':
    case 'drop-column':
    case 'alter-column':
      return { subject: `${change.table}.${change.object}`, words: columnWords(change) };
    case 'add-enum':
    case 'drop-enum':
    case 'alter-enum':
      return { subject: change.object, words: enumWords(change) };
    case 'add-view':
    case 'drop-view':
    case 'alter-view':
      return { subject: change.object, words: viewWords(change) };
    case 'add-check':
    case 'drop-check':
    case 'alter-check':
      return enumCheckClause(change) ?? namedClause('check', change);
    default:
      return namedClause(changedPart(change) as NamedPart, change);
  }
}

function tableWords(aspects: readonly string[], live: TableModel, desired: TableModel): string {
  const words = {
    persistence: `${live.persistence} becomes ${desired.persistence}`,
    comment: becoming('comment', live.comment, desired.comment),
    options: becoming('options', live.options, desired.options),
    partition: `partitioning ${show(live.partition)} becomes ${show(desired.partition)}`,
    conflicts: `ON CONFLICT ${show(live.conflicts)} becomes ${show(desired.conflicts)}`,
  };
  return aspects.map((aspect) => words[aspect as keyof typeof words]).join(', ');
}

function columnWords(change: PartChange<'column'>): string {
  switch (change.kind) {
    case 'add-column':
      return ['new column', ...propertiesOf(change.desired)].join(', ');
    case 'drop-column':
      return 'column dropped';
    case 'alter-column':
      return alteredColumn(change);
  }
}

function enumWords(change: PartChange<'enum'>): string {
  switch (change.kind) {
    case 'add-enum':
      return `new enum ${change.desired.values.join(', ')}`;
    case 'drop-enum':
      return 'enum dropped';
    case 'alter-enum':
      return valuesWords(change.live.values, change.desired.values);
  }
}

/** Where enumerated types are checks, people know such a check by its values. */
function enumCheckClause(change: PartChange<'check'>): Clause | null {
  const live = 'live' in change ? enumCheckOf(change.live) : null;
  const desired = 'desired' in change ? enumCheckOf(change.desired) : null;
  const column = (desired ?? live)?.column;
  if (column === undefined) return null;
  const subject = `${change.table}.${column}`;
  if (change.kind === 'drop-check') return { subject, words: 'any value allowed' };
  if (change.kind === 'add-check') return { subject, words: `only ${valuesOf(desired).join(', ')} allowed` };
  return live && desired && live.column === desired.column
    ? { subject, words: valuesWords(valuesOf(live), valuesOf(desired)) }
    : null;
}

/** For an object with a name of its own, or one that is known by its table. */
function namedClause(part: NamedPart, change: Exclude<Change, { readonly kind: `${string}-table` }>): Clause {
  const model = 'desired' in change ? change.desired : change.live;
  const isOfTable = model.name === null || part === 'primary-key';
  return {
    subject: isOfTable ? change.table : objectOf(part, model as Parts[typeof part]),
    words: namedWords(change, { noun: NOUNS[part], place: isOfTable ? '' : ` of ${change.table}` }),
  };
}

function namedWords(
  change: Exclude<Change, { readonly kind: `${string}-table` }>,
  { noun, place }: { readonly noun: string; readonly place: string },
): string {
  const live = 'live' in change ? fragmentsOf(change.live) : [];
  const desired = 'desired' in change ? fragmentsOf(change.desired) : [];
  if (!('live' in change)) return joined(`new ${noun}${place}`, desired.join(', '));
  if (!('desired' in change))
    return `${place === '' ? joined(noun, live.join(', ')) : `${noun}${place}`} dropped`;
  const names = change.live.name === change.desired.name ? '' : renamed(change.live.name);
  return joined(`${noun}${place}${names}`, differenceOf(live, desired));
}

/** A list of columns needs no comma before it. */
function joined(head: string, rest: string): string {
  return rest === '' ? head : `${head}${rest.startsWith('(') ? ' ' : ', '}${rest}`;
}

function renamed(name: string | null): string {
  return name === null ? ', now named' : `, renamed from ${name}`;
}

/** Only what differs of two descriptions. */
function differenceOf(live: readonly string[], desired: readonly string[]): string {
  const gone = live.filter((fragment) => !desired.includes(fragment)).join(', ');
  const come = desired.filter((fragment) => !live.includes(fragment)).join(', ');
  if (gone === '') return come === '' ? '' : `now ${come}`;
  return come === '' ? `no longer ${gone}` : `${gone} becomes ${come}`;
}

/** The verb and the object of a change, as in `adds jobs.depth`. */
export interface Action {
  readonly verb: string;
  readonly object: string;
}

/** A change in the fewest words, for a summary of many. */
export function actionsOf(change: Change): readonly Action[] {
  if (change.kind === 'alter-column') return columnActions(change);
  const { verb, part, name, place, valuesOf: column } = facetsOf(change);
  if (column !== null) return [{ verb: 'changes the values of', object: `${change.table}.${column}` }];
  switch (part) {
    case 'table':
      return [{ verb: verb === 'add' ? 'creates' : VERBS[verb], object: place }];
    case 'enum':
      return verb === 'alter'
        ? [{ verb: 'changes the values of', object: place }]
        : [{ verb: VERBS[verb], object: `enum ${place}` }];
    case 'column':
      return [{ verb: VERBS[verb], object: place }];
    case 'view':
      return [{ verb: VERBS[verb], object: `view ${place}` }];
    default:
      return [{ verb: VERBS[verb], object: name ?? unnamed(part, change.table) }];
  }
}

const VERBS: Readonly<Record<Facets['verb'], string>> = { add: 'adds', drop: 'drops', alter: 'changes' };

function unnamed(part: Part, table: string): string {
  return `${part === 'primary-key' ? 'the' : 'a'} ${part.replace('-', ' ')} of ${table}`;
}

function columnActions({ table, object, aspects, desired }: AlterChange<'column'>): readonly Action[] {
  const place = `${table}.${object}`;
  return aspects.map((aspect) => {
    switch (aspect) {
      case 'type':
      case 'default':
      case 'comment':
      case 'collation':
        return { verb: `changes the ${aspect} of`, object: place };
      case 'nullable':
        return { verb: 'makes', object: `${place} ${nullability(desired)}` };
      default:
        return { verb: 'changes', object: place };
    }
  });
}

/**
 * A change of one table in a few words, where the table is known: `depth` and `new column`.
 *
 * @param columns the columns of a constraint: a single one gives it its name
 */
export function topicOf(change: Change, columns: readonly string[]): Clause {
  switch (change.kind) {
    case 'add-column':
      return { subject: change.object, words: 'new column' };
    case 'drop-column':
      return { subject: change.object, words: 'dropped' };
    case 'alter-column':
      return { subject: change.object, words: aspectWords(change) };
    case 'alter-table':
      return { subject: 'options', words: change.desired.options ?? 'none' };
    case 'add-view':
    case 'drop-view':
    case 'alter-view':
      return { subject: change.object, words: viewWords(change) };
    default:
      return constraintTopic(change, columns);
  }
}

function aspectWords({ aspects, desired }: AlterChange<'column'>): string {
  const words = aspects.map((aspect) =>
    aspect === 'nullable' ? nullability(desired) : (ASPECT_NOUNS[aspect] ?? aspect),
  );
  return words.join(', ');
}

const STATES: Readonly<Record<Facets['verb'], string>> = { add: 'new', drop: 'dropped', alter: 'changed' };

/** A constraint belongs to its column where it has one column only, and has its own name otherwise. */
function constraintTopic(change: Change, [column, ...others]: readonly string[]): Clause {
  const { verb, part, name: own, valuesOf: enumerated } = facetsOf(change);
  if (enumerated !== null) return { subject: column ?? '', words: 'values' };
  const name = part === 'primary-key' ? null : own;
  const noun = NOUNS[part as NamedPart];
  if (column !== undefined && others.length === 0)
    return { subject: column, words: `${STATES[verb]} ${noun}${name === null ? '' : ` ${name}`}` };
  const model = ('desired' in change ? change.desired : change.live) as Parts[NamedPart];
  return { subject: name ?? objectOf(part as NamedPart, model), words: `${STATES[verb]} ${noun}` };
}

/** Joins words as in a sentence: `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
