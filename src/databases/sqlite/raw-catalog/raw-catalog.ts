import type { Session } from '../../session.js';
import { constraintLines } from './create-table.js';
import { canonicalNamesFor, canonicalize, type CanonicalNames } from './canonicalize.js';
import { readTokens } from './tokens.js';

type Row = Readonly<Record<string, string | number | null>>;
type Query = (sql: string) => Promise<readonly Row[]>;

/** What a table is, and what belongs to it. */
interface Table {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly Row[];
  readonly canonicalNames: CanonicalNames;
}

const OBJECTS = `SELECT type, name, tbl_name AS owner, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

/** The lines of the main database. */
export async function sqliteLines(session: Session, records: readonly string[]): Promise<readonly string[]> {
  const query: Query = async (sql) => (await session.query(sql)) as readonly Row[];
  const objects = (await query(OBJECTS)).filter(({ owner }) => !records.includes(String(owner)));
  const lines: string[] = [];
  for (const { type, name, sql } of objects) {
    if (type === 'table') lines.push(...(await tableLines(query, String(name), String(sql))));
    // No rebuild rewrites a trigger or a view; a rename puts quotes around names, which mean nothing.
    else if (type !== 'index') lines.push(`${String(type)} ${words(String(sql))}`);
  }
  return lines;
}

async function tableLines(query: Query, name: string, sql: string): Promise<readonly string[]> {
  const columns = await query(`PRAGMA main.table_xinfo(${quote(name)})`);
  const canonicalNames = canonicalNamesFor(columns.map((column) => String(column['name'])));
  const table: Table = { name, sql, columns, canonicalNames };
  const [list] = await query(
    `SELECT type, wr, strict FROM pragma_table_list(${quote(name)}) WHERE schema = 'main'`,
  );
  const words = Object.entries(list ?? {}).map(([key, value]) => `${key} ${String(value)}`);
  if (list?.['type'] !== 'table') return [`table ${name} ${words.join(' ')}: ${withoutSpaces(sql)}`];
  return [
    `table ${name} ${words.join(' ')}`,
    ...columns.map((column) => columnLine(table, column)),
    ...constraintLines(sql, canonicalNames).map((line) => `table ${name} ${line}`),
    ...(await foreignKeyLines(query, name)),
    ...(await indexLines(query, table)),
  ];
}

/** In their order: here it can be kept. */
function columnLine({ name, canonicalNames }: Table, column: Row): string {
  const { cid, name: own, type, notnull, dflt_value: value, pk, hidden } = column;
  const words = [
    canonicalizeType(String(type)),
    notnull === 1 ? 'not null' : '',
    defaultWords(value, canonicalNames),
    pk === 0 ? '' : `key ${String(pk)}`,
    hidden === 0 ? '' : `hidden ${String(hidden)}`,
  ];
  return [`column ${name}.${String(own)} at ${String(cid)}`, ...words]
    .filter((word) => word !== '')
    .join(' ');
}

/** DEFAULT NULL means the same as no default, and stands in many tables that TypeORM has made. */
function defaultWords(value: Row[string] | undefined, canonicalNames: CanonicalNames): string {
  if (value === null || value === undefined) return '';
  const words = canonicalize(readTokens(String(value)), canonicalNames);
  return words.toUpperCase() === 'NULL' ? '' : `default ${words}`;
}

/** Types are the same in any case, with spaces or without around their parameters. */
function canonicalizeType(type: string): string {
  return type
    .toLowerCase()
    .replace(/\s*([(),])\s*/g, '$1')
    .replace(/\s+/g, ' ');
}

/** Their order in the table, which gives them their numbers, means nothing. */
async function foreignKeyLines(query: Query, table: string): Promise<readonly string[]> {
  const rows = await query(`SELECT * FROM pragma_foreign_key_list(${quote(table)}, 'main') ORDER BY id, seq`);
  const ids = [...new Set(rows.map(({ id }) => id))];
  return ids.map((id) => {
    const own = rows.filter((row) => row['id'] === id);
    const pairs = own.map((row) => `${String(row['from'])} -> ${String(row['to'])}`).join(', ');
    const [first] = own;
    return `foreign key of ${table} to ${String(first?.['table'])} (${pairs}) on update ${String(first?.['on_update'])} on delete ${String(first?.['on_delete'])} match ${String(first?.['match'])}`;
  });
}

/** An index of a constraint has no name of its own, only a number that follows from the order of the constraints. */
async function indexLines(query: Query, { name, canonicalNames }: Table): Promise<readonly string[]> {
  const list = await query(
    `SELECT l.*, s.sql FROM pragma_index_list(${quote(name)}, 'main') l LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type = 'index'`,
  );
  const lines: string[] = [];
  for (const { name: index, unique, origin, partial, sql } of list) {
    const keys = await query(
      `SELECT * FROM pragma_index_xinfo(${quote(String(index))}, 'main') WHERE "key" = 1 ORDER BY seqno`,
    );
    const columns = keys.map(
      (key) =>
        `${String(key['name'] ?? '(expression)')} ${String(key['coll']).toUpperCase()}${key['desc'] === 1 ? ' desc' : ''}`,
    );
    const shown = sql === null || sql === undefined ? 'of a constraint' : String(index);
    const words = `unique ${String(unique)} origin ${String(origin)} partial ${String(partial)} (${columns.join(', ')})`;
    lines.push(`index ${shown} on ${name} ${words}${expressionsOf(String(sql ?? ''), canonicalNames)}`);
  }
  return lines;
}

/** What no pragma reports of an index: the text behind ON, if it has an expression or a predicate. */
function expressionsOf(sql: string, canonicalNames: CanonicalNames): string {
  const tokens = readTokens(sql);
  const open = tokens.findIndex(({ keyword }) => keyword === '(');
  return open < 0 ? '' : ` ${canonicalize(tokens.slice(open), canonicalNames)}`;
}

/** The tokens of a text: quotes around a plain name mean nothing, nor does the case of a word. */
function words(sql: string): string {
  const spelled = readTokens(sql).map(({ kind, text }) => {
    if (kind === 'literal' || kind === 'symbol') return text;
    return /^\w+$/.test(text) ? text.toLowerCase() : `"${text}"`;
  });
  return spelled.join(' ');
}

function withoutSpaces(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
