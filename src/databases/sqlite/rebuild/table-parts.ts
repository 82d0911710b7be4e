import { foldSqliteName } from '../../../sql/identifiers.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { inside, keyword, sourceOf, splitAtCommas, tokenise } from '../../../sql/tokens.js';
import { canonicalSqlite, canonicalizeSqliteCollation } from '../expression.js';
import { clausesOf, isConstraint, typeOf, type Clause, type Tokens } from './clauses.js';
import type { Part } from './part.js';

/** The text of a table, and its names. */
interface Source {
  readonly sql: string;
  /** In lower case. */
  readonly columns: readonly string[];
  /** The table's own names, in lower case: a reference to one of them refers to the table itself. */
  readonly own: readonly string[];
}

/**
 * What a CREATE TABLE statement specifies. Names of constraints, the order of columns, and types of the same affinity
 * make no difference. Empty for a virtual table, and for CREATE TABLE ... AS SELECT.
 *
 * @param names of the table, besides the one in the statement
 */
export function tableParts(sql: string, names: readonly string[]): readonly Part[] {
  const tokens = tokenise(sql, 'sqlite');
  const open = tokens.findIndex((token) => ['(', 'AS'].includes(keyword(token) ?? ''));
  if (keyword(tokens[1]) === 'VIRTUAL' || keyword(tokens[open]) !== '(') return [];
  const body = inside(tokens, open);
  const items = splitAtCommas(body);
  const columns = items.filter((item) => !isConstraint(item)).map(columnName);
  const own = [...names, tokens[open - 1]?.text ?? ''].map(foldSqliteName);
  const options = splitAtCommas(tokens.slice(open + body.length + 2)).map(optionOf);
  const parts = [...items.flatMap((item) => itemParts({ sql, columns, own }, item)), ...options.flat()];
  return [...parts, ...impliedParts(items, parts)];
}

/** What ALTER TABLE ... ADD COLUMN specifies. */
export function addedParts(sql: string): readonly Part[] {
  const tokens = tokenise(sql, 'sqlite');
  const add = tokens.findIndex((token) => keyword(token) === 'ADD');
  const item = tokens.slice(keyword(tokens[add + 1]) === 'COLUMN' ? add + 2 : add + 1);
  return itemParts({ sql, columns: [columnName(item)], own: [] }, item);
}

function itemParts(source: Source, item: Tokens): readonly Part[] {
  const [column, words] = [columnName(item), quoteIdentifier(item[0]?.text ?? '')];
  const clauses = clausesOf(item).flatMap((clause) => [
    ...(READERS[clause.word]?.(source, clause, item) ?? []),
    ...conflictOf(clause, item),
  ]);
  if (isConstraint(item)) return clauses;
  const affinity = affinityOf(typeOf(item));
  return [
    ofColumns('column', [column], { key: '', words: `the column ${words}` }),
    ofColumns('type', [column], { key: affinity, words: `the type ${affinity} of ${words}` }),
    ...clauses,
  ];
}

/** How a clause is read, by its first word; the item is the column or the constraint that contains it. */
const READERS: Readonly<Record<string, (source: Source, clause: Clause, item: Tokens) => readonly Part[]>> = {
  CHECK: (source, { tokens, name }) => {
    const sql = sourceOf(source.sql, inside(tokens, 1));
    const key = expressionOf(sql, source);
    return [
      {
        kind: 'check',
        key: `check ${key}`,
        words: `the check (${sql})`,
        columns: namedIn(key, source),
        name,
      },
    ];
  },
  UNIQUE: (_source, clause, item) => {
    const columns = keyColumns(clause.tokens, 1, item);
    const words = `the unique constraint (${columns.map(quoteIdentifier).join(', ')})`;
    return [{ ...ofColumns('unique', columns.toSorted(), { key: '', words }), name: clause.name }];
  },
  PRIMARY: (_source, { tokens }, item) => {
    const columns = keyColumns(tokens, 2, item);
    const words = `the primary key (${columns.map(quoteIdentifier).join(', ')})`;
    const counts = tokens.some((token) => keyword(token) === 'AUTOINCREMENT');
    return [
      ofColumns('primary-key', columns, { key: '', words }),
      ...(counts ? [ofColumns('autoincrement', [], { key: '', words: 'AUTOINCREMENT' })] : []),
    ];
  },
  FOREIGN: (source, clause, item) => [foreignKey(source, clause, keyColumns(clause.tokens, 2, item))],
  REFERENCES: (source, clause, item) => [foreignKey(source, clause, [columnName(item)])],
  COLLATE: (_source, { tokens }, item) => {
    const collation = canonicalizeSqliteCollation(tokens[1]?.text ?? '');
    if (collation === null) return [];
    return [ofColumn('collation', item, { key: collation, words: `the collation ${collation}` })];
  },
  NOT: (_source, _clause, item) => [notNull(item)],
  AS: (source, { tokens }, item) => {
    const body = inside(tokens, 1);
    const stored = keyword(tokens[body.length + 3]) === 'STORED' ? ' stored' : '';
    const sql = sourceOf(source.sql, body);
    const key = `${expressionOf(sql, source)}${stored}`;
    return [ofColumn('generated', item, { key, words: `the expression (${sql})` })];
  },
  DEFAULT: (source, { tokens }, item) => {
    const sql = sourceOf(source.sql, defaultOf(tokens));
    const key = canonicalSqlite(sql, null);
    return key === 'NULL' ? [] : [ofColumn('default', item, { key, words: `the default ${sql}` })];
  },
};

/** ABORT is the default. */
function conflictOf({ word, tokens }: Clause, item: Tokens): readonly Part[] {
  const at = tokens.findIndex(
    (token, index) => keyword(token) === 'CONFLICT' && keyword(tokens[index - 1]) === 'ON',
  );
  const action = keyword(tokens[at + 1]) ?? '';
  if (at < 0 || action === 'ABORT') return [];
  const columns = keyColumns(tokens, word === 'UNIQUE' ? 1 : 2, item);
  const words = `ON CONFLICT ${action} of ${columns.map(quoteIdentifier).join(', ')}`;
  return [ofColumns('conflict', columns, { key: `${word} ${action}`, words })];
}

/** A literal, one with its sign, or the text in parentheses. */
function defaultOf(tokens: Tokens): Tokens {
  if (keyword(tokens[1]) === '(') return inside(tokens, 1);
  return tokens.slice(1, ['+', '-'].includes(keyword(tokens[1]) ?? '') ? 3 : 2);
}

/** The referenced columns are left out: a text without them means the primary key. */
function foreignKey({ own }: Source, { tokens, name }: Clause, columns: readonly string[]): Part {
  const at = tokens.findIndex((token) => keyword(token) === 'REFERENCES');
  const table = tokens[at + 1]?.text ?? '';
  const target = own.includes(foldSqliteName(table)) ? 'itself' : quoteIdentifier(foldSqliteName(table));
  const words = tokens.slice(at).map((token) => keyword(token) ?? '');
  const deferred = words.includes('DEFERRED') ? ' deferred' : '';
  const key = `${target} delete ${actionAfter(words, 'DELETE')} update ${actionAfter(words, 'UPDATE')}${deferred}`;
  const shown = `the foreign key (${columns.map(quoteIdentifier).join(', ')}) to ${quoteIdentifier(table)}`;
  return { ...ofColumns('foreign-key', columns.toSorted(), { key, words: shown }), name };
}

function actionAfter(words: readonly string[], event: string): string {
  const at = words.findIndex((word, index) => word === event && words[index - 1] === 'ON');
  const [first = 'NO', second = 'ACTION'] = at < 0 ? [] : words.slice(at + 1, at + 3);
  return first === 'SET' || first === 'NO' ? `${first} ${second}` : first;
}

/** A key of a column has no list of its own. */
function keyColumns(tokens: Tokens, open: number, item: Tokens): readonly string[] {
  if (!isConstraint(item)) return [columnName(item)];
  return splitAtCommas(inside(tokens, open)).map(columnName);
}

function expressionOf(sql: string, { columns, own }: Source): string {
  const canonical = canonicalSqlite(sql, columns);
  return own.reduce((text, name) => text.replaceAll(`${quoteIdentifier(name)}.`, ''), canonical);
}

function namedIn(canonical: string, { columns }: Source): readonly string[] {
  return columns.filter((column) => canonical.includes(quoteIdentifier(column)));
}

function optionOf(option: Tokens): readonly Part[] {
  const words = option.map((token) => keyword(token) ?? '').join(' ');
  return words === '' ? [] : [{ kind: 'option', key: words, words, columns: [], name: null }];
}

/** The number of a row, and the key of rows without one, are never null, with or without NOT NULL in the text. */
function impliedParts(items: readonly Tokens[], parts: readonly Part[]): readonly Part[] {
  const key = parts.find(({ kind }) => kind === 'primary-key')?.columns ?? [];
  const columns = items.filter((item) => !isConstraint(item) && key.includes(columnName(item)));
  const isNumber = columns.length === 1 && columns.every((item) => typeOf(item) === 'INTEGER');
  if (!isNumber && !parts.some((part) => part.key === 'WITHOUT ROWID')) return [];
  return columns.map(notNull);
}

function notNull(item: Tokens): Part {
  return ofColumn('not-null', item, { key: '', words: 'NOT NULL' });
}

interface Told {
  readonly key: string;
  readonly words: string;
}

function ofColumn(kind: Part['kind'], item: Tokens, { key, words }: Told): Part {
  const name = quoteIdentifier(item[0]?.text ?? '');
  return ofColumns(kind, [columnName(item)], { key, words: `${words} of ${name}` });
}

function ofColumns(kind: Part['kind'], columns: readonly string[], { key, words }: Told): Part {
  const names = columns.map(quoteIdentifier).join(', ');
  return { kind, key: `${kind} ${names} ${key}`.trim(), words, columns, name: null };
}

function columnName(item: Tokens): string {
  const [first] = item;
  const text = first?.text ?? '';
  const isText = first?.kind === 'literal' && text.startsWith("'");
  return foldSqliteName(isText ? text.slice(1, -1).replaceAll("''", "'") : text);
}

/** https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
function affinityOf(type: string): string {
  if (type.includes('INT')) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'TEXT';
  if (type === '' || type.includes('BLOB')) return 'BLOB';
  return /REAL|FLOA|DOUB/.test(type) ? 'REAL' : 'NUMERIC';
}
