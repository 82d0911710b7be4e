import { columnName, spell, type Speller } from './spelling.js';
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

/** A constraint, wherever it was said, and the column beside which it stands. */
interface Clause {
  readonly name: string | null;
  readonly kind: string;
  /** From the word that says the kind on. */
  readonly tokens: Tokens;
  /** Null for one that stands behind the columns. */
  readonly column: string | null;
}

/**
 * What the text of CREATE TABLE says and no pragma tells: checks, names of constraints, when foreign keys are checked,
 * conflict clauses, collations, AUTOINCREMENT, what columns are computed from. A constraint is the same line wherever
 * it stands. The name of a primary key is left out: SQLite never shows it to anybody.
 */
export function constraintLines(sql: string, speller: Speller): readonly string[] {
  const tokens = readTokens(sql);
  const open = tokens.findIndex(({ keyword }) => keyword === '(');
  const items = byCommas(between(tokens, open));
  return items.flatMap((item) => clausesOf(item, speller)).flatMap((clause) => lineOf(clause, speller));
}

function clausesOf(item: Tokens, speller: Speller): readonly Clause[] {
  const ofTable = OF_TABLE.includes(item[0]?.keyword ?? '');
  const column = ofTable ? null : columnName(item[0], speller);
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

/** What goes on with the constraint before is no beginning: CONSTRAINT x CHECK, GENERATED ALWAYS AS, SET NULL, NOT NULL. */
function isBeginning(item: Tokens, index: number): boolean {
  const [before, word] = [item[index - 1]?.keyword, item[index]?.keyword];
  if (item[index - 2]?.keyword === 'CONSTRAINT') return false;
  if (word === 'NOT') return item[index + 1]?.keyword === 'NULL';
  if (word === 'AS') return before !== 'ALWAYS';
  return !['NOT', 'SET', 'DEFAULT'].includes(before ?? '');
}

function lineOf(clause: Clause, speller: Speller): readonly string[] {
  const words = KINDS[clause.kind]?.(clause, speller) ?? null;
  return words === null ? [] : [words];
}

const nothing = () => null;

/** NOT NULL and defaults are told by pragmas, but for what happens in a conflict. */
const KINDS: Readonly<Record<string, (clause: Clause, speller: Speller) => string | null>> = {
  CHECK: ({ name, tokens }, speller) => `check ${name ?? '-'}: ${spell(between(tokens, 1), speller)}`,
  UNIQUE: (clause, speller) => `unique ${clause.name ?? '-'} ${keyOf(clause, 1, speller)}`,
  PRIMARY: (clause, speller) => `primary key ${keyOf(clause, 2, speller)}`,
  FOREIGN: (clause, speller) => foreignKeyOf(clause, speller),
  REFERENCES: (clause, speller) => foreignKeyOf(clause, speller),
  COLLATE: ({ column, tokens }) => `collation of ${column ?? ''}: ${(tokens[1]?.text ?? '').toUpperCase()}`,
  GENERATED: ({ column, tokens }, speller) =>
    `computed ${column ?? ''}: ${spell(between(tokens, 3), speller)}`,
  AS: ({ column, tokens }, speller) => `computed ${column ?? ''}: ${spell(between(tokens, 1), speller)}`,
  NOT: ({ column, tokens }, speller) => {
    const rest = tokens.slice(2);
    return rest.length === 0 ? null : `not null of ${column ?? ''} ${spell(rest, speller)}`;
  },
  NULL: nothing,
  DEFAULT: nothing,
};

/** The columns of a key, each with its order, and what stands behind them. */
function keyOf({ column, tokens }: Clause, open: number, speller: Speller): string {
  if (column === null) {
    const list = between(tokens, open);
    const isCounted = list.at(-1)?.keyword === 'AUTOINCREMENT';
    const names = isCounted ? list.slice(0, -1) : list;
    const rest = [...(isCounted ? list.slice(-1) : []), ...tokens.slice(open + list.length + 2)];
    return [`(${spell(names, speller)})`, ...spelled(rest, speller)].join(' ');
  }
  const isOrder = ['ASC', 'DESC'].includes(tokens[open]?.keyword ?? '');
  const order = isOrder && tokens[open]?.keyword === 'DESC' ? ' DESC' : '';
  return [`("${column}"${order})`, ...spelled(tokens.slice(open + (isOrder ? 1 : 0)), speller)].join(' ');
}

function spelled(tokens: Tokens, speller: Speller): readonly string[] {
  return tokens.length === 0 ? [] : [spell(tokens, speller)];
}

/** Its columns and actions are told by a pragma. */
function foreignKeyOf({ name, column, tokens }: Clause, speller: Speller): string {
  const own =
    column === null ? byCommas(between(tokens, 2)).map(([one]) => columnName(one, speller)) : [column];
  const at = tokens.findIndex(({ keyword }) => keyword === 'REFERENCES');
  const deferrable = tokens.findIndex(({ keyword }) => keyword === 'DEFERRABLE');
  const isSaid = deferrable >= 0 && tokens[deferrable - 1]?.keyword !== 'NOT';
  const isDeferred = isSaid && tokens.slice(deferrable).some(({ keyword }) => keyword === 'DEFERRED');
  const when = isSaid ? ` deferrable, initially ${isDeferred ? 'deferred' : 'immediate'}` : '';
  return `foreign key ${name ?? '-'} (${own.join(', ')}) to ${tokens[at + 1]?.text ?? ''}${when}`;
}
