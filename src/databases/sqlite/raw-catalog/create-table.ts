import { columnName, canonicalize, type CanonicalNames } from './canonicalize.js';
import { between, byCommas, readTokens, type Token } from './tokens.js';

type Tokens = readonly Token[];

/** Words by which a constraint of a table begins, and a column does not. */
const OF_TABLE = ['CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN'];

/** Words by which a constraint of a column begins. */
const BEGINNINGS = [
  'CONSTRAINT',
  'CHECK',
  'UNIQUE',
  'PRIMARY',
  'REFERENCES',
  'COLLATE',
  'GENERATED',
  'AS',
  'NOT',
  'NULL',
  'DEFAULT',
];

/** A constraint, and the column whose definition contains it. */
interface Clause {
  readonly name: string | null;
  readonly kind: string;
  /** From the word that names the kind on. */
  readonly tokens: Tokens;
  /** Null for one that stands behind the columns. */
  readonly column: string | null;
}

/**
 * What only the text of CREATE TABLE contains: checks, names of constraints, when foreign keys are checked,
 * conflict clauses, collations, AUTOINCREMENT, what columns are computed from. A constraint is the same line wherever
 * it stands. The name of a primary key is left out: SQLite never shows it.
 */
export function constraintLines(sql: string, canonicalNames: CanonicalNames): readonly string[] {
  const tokens = readTokens(sql);
  const open = tokens.findIndex(({ keyword }) => keyword === '(');
  const items = byCommas(between(tokens, open));
  return items
    .flatMap((item) => clausesOf(item, canonicalNames))
    .flatMap((clause) => lineOf(clause, canonicalNames));
}

function clausesOf(item: Tokens, canonicalNames: CanonicalNames): readonly Clause[] {
  const ofTable = OF_TABLE.includes(item[0]?.keyword ?? '');
  const column = ofTable ? null : columnName(item[0], canonicalNames);
  const starts = ofTable ? [0] : beginnings(item);
  return starts.map((start, index) => {
    const tokens = item.slice(start, starts[index + 1]);
    const named = tokens[0]?.keyword === 'CONSTRAINT';
    const rest = named ? tokens.slice(2) : tokens;
    return {
      name: named ? (tokens[1]?.text ?? null) : null,
      kind: rest[0]?.keyword ?? '',
      tokens: rest,
      column,
    };
  });
}

/** Where the constraints of a column begin, outside parentheses. */
function beginnings(item: Tokens): readonly number[] {
  const starts: number[] = [];
  let depth = 0;
  item.forEach(({ keyword = '' }, index) => {
    if (index > 0 && depth === 0 && BEGINNINGS.includes(keyword) && isBeginning(item, index))
      starts.push(index);
    depth += keyword === '(' ? 1 : keyword === ')' ? -1 : 0;
  });
  return starts;
}

/**
 * What goes on with the constraint before is no beginning: CONSTRAINT x CHECK, GENERATED ALWAYS AS, SET NULL, NOT NULL.
 */
function isBeginning(item: Tokens, index: number): boolean {
  const [before, word] = [item[index - 1]?.keyword, item[index]?.keyword];
  if (item[index - 2]?.keyword === 'CONSTRAINT') return false;
  if (word === 'NOT') return item[index + 1]?.keyword === 'NULL';
  if (word === 'AS') return before !== 'ALWAYS';
  return !['NOT', 'SET', 'DEFAULT'].includes(before ?? '');
}

function lineOf(clause: Clause, canonicalNames: CanonicalNames): readonly string[] {
  const words = KINDS[clause.kind]?.(clause, canonicalNames) ?? null;
  return words === null ? [] : [words];
}

const nothing = () => null;

/** Pragmas report NOT NULL and defaults, except their conflict clauses. */
const KINDS: Readonly<Record<string, (clause: Clause, canonicalNames: CanonicalNames) => string | null>> = {
  CHECK: ({ name, tokens }, canonicalNames) =>
    `check ${name ?? '-'}: ${canonicalize(between(tokens, 1), canonicalNames)}`,
  UNIQUE: (clause, canonicalNames) => `unique ${clause.name ?? '-'} ${keyOf(clause, 1, canonicalNames)}`,
  PRIMARY: (clause, canonicalNames) => `primary key ${keyOf(clause, 2, canonicalNames)}`,
  FOREIGN: (clause, canonicalNames) => foreignKeyOf(clause, canonicalNames),
  REFERENCES: (clause, canonicalNames) => foreignKeyOf(clause, canonicalNames),
  COLLATE: ({ column, tokens }) => collationOf(column ?? '', (tokens[1]?.text ?? '').toUpperCase()),
  GENERATED: ({ column, tokens }, canonicalNames) =>
    `computed ${column ?? ''}: ${canonicalize(between(tokens, 3), canonicalNames)}`,
  AS: ({ column, tokens }, canonicalNames) =>
    `computed ${column ?? ''}: ${canonicalize(between(tokens, 1), canonicalNames)}`,
  NOT: ({ column, tokens }, canonicalNames) => {
    const rest = tokens.slice(2);
    return rest.length === 0 ? null : `not null of ${column ?? ''} ${canonicalize(rest, canonicalNames)}`;
  },
  NULL: nothing,
  DEFAULT: nothing,
};

/** BINARY is the collation of a column without COLLATE. */
function collationOf(column: string, collation: string): string | null {
  return collation === 'BINARY' ? null : `collation of ${column}: ${collation}`;
}

/** The columns of a key, each with its order, and what stands behind them. */
function keyOf({ column, tokens }: Clause, open: number, canonicalNames: CanonicalNames): string {
  if (column === null) {
    const list = between(tokens, open);
    const isCounted = list.at(-1)?.keyword === 'AUTOINCREMENT';
    const names = isCounted ? list.slice(0, -1) : list;
    const rest = [...(isCounted ? list.slice(-1) : []), ...tokens.slice(open + list.length + 2)];
    return [`(${canonicalize(names, canonicalNames)})`, ...canonical(rest, canonicalNames)].join(' ');
  }
  const isOrder = ['ASC', 'DESC'].includes(tokens[open]?.keyword ?? '');
  const order = isOrder && tokens[open]?.keyword === 'DESC' ? ' DESC' : '';
  return [`("${column}"${order})`, ...canonical(tokens.slice(open + (isOrder ? 1 : 0)), canonicalNames)].join(
    ' ',
  );
}

function canonical(tokens: Tokens, canonicalNames: CanonicalNames): readonly string[] {
  return tokens.length === 0 ? [] : [canonicalize(tokens, canonicalNames)];
}

/** A pragma reports its columns and actions. */
function foreignKeyOf({ name, column, tokens }: Clause, canonicalNames: CanonicalNames): string {
  const own =
    column === null ? byCommas(between(tokens, 2)).map(([one]) => columnName(one, canonicalNames)) : [column];
  const at = tokens.findIndex(({ keyword }) => keyword === 'REFERENCES');
  const deferrable = tokens.findIndex(({ keyword }) => keyword === 'DEFERRABLE');
  const isSaid = deferrable >= 0 && tokens[deferrable - 1]?.keyword !== 'NOT';
  const isDeferred = isSaid && tokens.slice(deferrable).some(({ keyword }) => keyword === 'DEFERRED');
  const when = isSaid ? ` deferrable, initially ${isDeferred ? 'deferred' : 'immediate'}` : '';
  return `foreign key ${name ?? '-'} (${own.join(', ')}) to ${tokens[at + 1]?.text ?? ''}${when}`;
}
