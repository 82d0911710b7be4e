import { objectOf, type AlterChange, type Change } from './change.js';
import type { ColumnModel, Expression, Part, Parts, TableModel } from './model.js';
import { enumCheckOf } from './enum-check.js';
import { fragmentsOf, NOUNS, type NamedPart } from './describe-fragments.js';

/** A change of something inside a table, or of an enumerated type. */
type PartChange<P extends Part> = Extract<Change, { readonly kind: `${'add' | 'drop' | 'alter'}-${P}` }>;

/** What is said, and of what. */
interface Clause {
  readonly subject: string;
  readonly words: string;
}

/**
 * What the changes are, for the person who reads the statements: `jobs.depth: new column, integer, not null, default 0`.
 * Changes of one object that follow each other share its name; the others are parted by semicolons.
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
    case 'add-check':
    case 'drop-check':
    case 'alter-check':
      return enumCheckClause(change) ?? namedClause('check', change);
    default:
      return namedClause(change.kind.slice(change.kind.indexOf('-') + 1) as NamedPart, change);
  }
}

function tableWords(aspects: readonly string[], live: TableModel, desired: TableModel): string {
  const words = {
    persistence: `${live.persistence} becomes ${desired.persistence}`,
    comment: becoming('comment', live.comment, desired.comment),
    options: becoming('options', live.options, desired.options),
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

function propertiesOf(column: ColumnModel): readonly string[] {
  const { generated, storage, default: value } = column;
  return [
    column.type,
    ...(column.identity === null ? [] : [identityWords(column.identity)]),
    ...(column.collation === null ? [] : [`collation ${column.collation}`]),
    ...(generated === null ? [] : [`computed as ${generated.sql}`, storage ?? 'stored']),
    column.nullable ? 'nullable' : 'not null',
    ...(value === null ? [] : [`default ${value.sql}`]),
  ];
}

function identityWords(identity: NonNullable<ColumnModel['identity']>): string {
  return identity === 'always' || identity === 'by default' ? `identity ${identity}` : identity;
}

function alteredColumn({ aspects, live, desired }: AlterChange<'column'>): string {
  const isComputedAnew = (live.generated === null) !== (desired.generated === null);
  const words: Readonly<Record<string, string>> = {
    type: becoming('type', live.type, desired.type),
    nullable: desired.nullable ? 'now nullable' : 'now not null',
    default: becoming('default', sqlOf(live.default), sqlOf(desired.default)),
    identity: becoming('numbering', live.identity, desired.identity),
    generated: computedWords(sqlOf(live.generated), sqlOf(desired.generated)),
    storage: becoming('storage', live.storage, desired.storage),
    collation: becoming('collation', live.collation, desired.collation),
    comment: becoming('comment', live.comment, desired.comment),
  };
  const said = aspects.filter((aspect) => !(aspect === 'storage' && isComputedAnew));
  return said.map((aspect) => words[aspect] ?? aspect).join(', ');
}

function computedWords(live: string | null, desired: string | null): string {
  if (desired === null) return 'no longer computed';
  return live === null ? `now computed as ${desired}` : `computed as ${desired} instead of ${live}`;
}

function sqlOf(expression: Expression | null): string | null {
  return expression?.sql ?? null;
}

/** Something that may be absent on either side. */
function becoming(noun: string, live: string | null, desired: string | null): string {
  if (live === null) return `new ${noun} ${desired ?? ''}`;
  return desired === null ? `${noun} ${live} dropped` : `${noun} ${live} becomes ${desired}`;
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

function valuesWords(live: readonly string[], desired: readonly string[]): string {
  const added = desired.filter((value) => !live.includes(value));
  const dropped = live.filter((value) => !desired.includes(value));
  const words = [
    ...(added.length === 0 ? [] : [`new ${valuesNoun(added)} ${added.join(', ')}`]),
    ...(dropped.length === 0 ? [] : [`${valuesNoun(dropped)} ${dropped.join(', ')} dropped`]),
  ];
  return words.length === 0 ? 'values in another order' : words.join(', ');
}

function valuesNoun(values: readonly string[]): string {
  return values.length === 1 ? 'value' : 'values';
}

/** Where enumerated types are checks, their values are what a person knows of them. */
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

function valuesOf(check: ReturnType<typeof enumCheckOf>): readonly string[] {
  return (check?.literals ?? []).map((literal) => literal.replace(/^'|'$/g, '').replaceAll("''", "'"));
}

/** Of what has a name of its own, or else is known by its table. */
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
  return name === null ? ', named now' : `, ${name} before`;
}

/** Only what differs of two descriptions. */
function differenceOf(live: readonly string[], desired: readonly string[]): string {
  const gone = live.filter((fragment) => !desired.includes(fragment)).join(', ');
  const come = desired.filter((fragment) => !live.includes(fragment)).join(', ');
  if (gone === '') return come === '' ? '' : `now ${come}`;
  return come === '' ? `no longer ${gone}` : `${gone} becomes ${come}`;
}
