import type { QueryRunner } from 'typeorm';
import { databaseWords } from '../../errors.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import { NULL, orderedFor, type Choice, type Group, type Value } from './fill/choices.js';
import { readCondition } from './fill/conditions.js';
import { rowDialectOf, type RowDialect } from './fill/dialects.js';
import { groupsOf, ownKeysOf, type Parents, type Plot } from './fill/groups.js';
import { readKeys } from './fill/keys.js';
import { linkRows } from './fill/link.js';
import { parentsFirst } from './fill/order.js';
import { searchGroups } from './fill/search.js';
import { quoteIdentifier } from '../../sql/quote.js';

/** Which tables have rows now. */
export interface Filling {
  /** How many rows each table has, parents before children. */
  readonly filled: readonly { readonly table: string; readonly rows: number }[];
  /** Tables that could not be given a row. */
  readonly empty: readonly EmptyTable[];
}

/** A table that has no row, and why, in the words of the database where it has said any. */
export interface EmptyTable {
  readonly table: string;
  readonly reason: string;
}

/** How to fill. */
export interface FillOptions {
  /** Rows a table; default 4: the first values, the last ones, the defaults, and NULL wherever it may stand. */
  readonly rows?: number;
  /** All that may be in a column besides NULL, by `table.column`: what a conversion to come can make something of. */
  readonly hints?: ReadonlyMap<string, readonly string[]>;
  /** Columns whose values are to be different in every row although no key says so yet. */
  readonly keys?: readonly { readonly table: string; readonly columns: readonly string[] }[];
}

/** What the rows of all tables are made with. */
interface Work {
  readonly queryRunner: QueryRunner;
  readonly dialect: RowDialect;
  readonly schema: SchemaModel;
  readonly options: FillOptions;
}

/** How many choices a row tries. Each is one statement, in a transaction of its own. */
const ATTEMPTS = 40;

/**
 * Puts rows into every table, parents before children. What a row holds follows from the schema alone, but for what
 * the database itself puts in: numbers, the time, random identifiers.
 *
 * @param queryRunner in no transaction: a row that is refused must not take others with it
 * @param schema the live one, default schema first in names as introspection gives them
 */
export async function fillTables(
  queryRunner: QueryRunner,
  schema: SchemaModel,
  options: FillOptions = {},
): Promise<Filling> {
  const work = { queryRunner, dialect: rowDialectOf(queryRunner.connection), schema, options };
  const filled: { table: string; rows: number }[] = [];
  const empty: EmptyTable[] = [];
  const keys = (options.keys ?? []).map((key, index) => temporaryKey(work.dialect, key, index));
  for (const { add } of keys) await queryRunner.query(add);
  for (const table of parentsFirst(schema.tables)) {
    const refusal = await fillTable(work, table);
    const rows = await countRows(work, table);
    if (rows > 0) filled.push({ table: table.name, rows });
    else empty.push({ table: table.name, reason: refusal ?? VANISHED });
  }
  await linkRows(work, schema.tables);
  for (const { drop } of keys) await queryRunner.query(drop);
  return { filled, empty };
}

/** The database itself looks after what is unique, while rows are made. */
function temporaryKey(
  dialect: RowDialect,
  { table, columns }: NonNullable<FillOptions['keys']>[number],
  index: number,
): { readonly add: string; readonly drop: string } {
  const name = `temporary_key_${index}`;
  const schema = table.includes('.') ? table.slice(0, table.indexOf('.') + 1) : '';
  const list = columns.map(quoteIdentifier).join(', ');
  return {
    add: `CREATE UNIQUE INDEX ${quoteIdentifier(name)} ON ${dialect.table(table)} (${list})`,
    drop: `DROP INDEX ${dialect.table(`${schema}${name}`)}`,
  };
}

const VANISHED = 'the database took its rows and kept none; a trigger or a rule does that';

/** @returns why the first row that was refused was refused */
async function fillTable(work: Work, table: TableModel): Promise<string | undefined> {
  const plot = plotOf(work, table);
  const parents = await readParents(work, table);
  const groups = await searchGroups(work.queryRunner, plot, groupsOf(plot, parents));
  const bare = groups.find(({ choices }) => choices.length === 0);
  if (bare) return withoutChoice(bare, parents);
  let refusal: string | undefined;
  for (let row = 0; row < plot.rows; row += 1)
    refusal ??= await addRow(work, table, orderedGroups(groups, row));
  return refusal;
}

function plotOf({ dialect, schema, options }: Work, table: TableModel): Plot {
  const columns = table.columns.map(({ name }) => name);
  const hints = columns.flatMap((name) => {
    const texts = options.hints?.get(`${table.name}.${name}`);
    return texts ? [[name, texts] as const] : [];
  });
  return {
    table,
    dialect,
    enums: schema.enums,
    conditions: table.checks.map(({ expression }) =>
      readCondition(expression.sql, columns, dialect.language),
    ),
    rows: options.rows ?? 4,
    hints: new Map(hints),
  };
}

/** Every foreign key that does not point at the row itself, with the keys that are there to point at. */
async function readParents(work: Work, table: TableModel): Promise<readonly Parents[]> {
  const own = ownKeysOf(table);
  const found: Parents[] = [];
  for (const foreignKey of table.foreignKeys)
    if (!own.includes(foreignKey)) found.push({ foreignKey, keys: await readKeys(work, foreignKey) });
  return found;
}

function withoutChoice({ columns }: Group, parents: readonly Parents[]): string {
  const missing = parents.find(
    ({ foreignKey, keys }) => keys.length === 0 && foreignKey.columns.some((one) => columns.includes(one)),
  );
  return missing
    ? `it needs a row of ${missing.foreignKey.table}, which has none (${missing.foreignKey.columns.join(', ')})`
    : `no value is known for ${columns.join(', ')}`;
}

function orderedGroups(groups: readonly Group[], row: number): readonly (readonly Choice[])[] {
  return groups.map(({ choices }) => orderedFor(row, choices));
}

/** @returns the words of the first refusal, when nothing that was tried was taken */
async function addRow(
  work: Work,
  table: TableModel,
  groups: readonly (readonly Choice[])[],
): Promise<string | undefined> {
  const attempts = Math.min(ATTEMPTS, Math.max(1, ...groups.map((choices) => choices.length)));
  let refusal: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const choices = groups.map((list) => list[attempt % list.length] ?? new Map<string, Value>());
    try {
      await work.queryRunner.query(
        insertStatement(work.dialect, table, new Map(choices.flatMap((one) => [...one]))),
      );
      return undefined;
    } catch (error) {
      refusal ??= databaseWords(error);
    }
  }
  return refusal;
}

function insertStatement(dialect: RowDialect, table: TableModel, chosen: Choice): string {
  const row = new Map([...chosen, ...ownKeyValues(table, chosen)]);
  const given = [...row].filter(([, { kind }]) => kind !== 'default');
  const target = `INSERT INTO ${dialect.table(table.name)}`;
  if (given.length === 0) return `${target} DEFAULT VALUES`;
  const isAlways = table.columns.some(({ name, identity }) => identity === 'always' && row.has(name));
  const columns = given.map(([name]) => quoteIdentifier(name)).join(', ');
  const values = given.map(([, { sql }]) => sql).join(', ');
  return `${target} (${columns})${isAlways ? dialect.overriding : ''} VALUES (${values})`;
}

/** A row that must point at a row of its own table points at itself. */
function ownKeyValues(table: TableModel, chosen: Choice): readonly (readonly [string, Value])[] {
  return ownKeysOf(table).flatMap(({ columns, references }) =>
    columns.map((column, index) => [column, chosen.get(references[index] ?? '') ?? NULL] as const),
  );
}

async function countRows({ queryRunner, dialect }: Work, table: TableModel): Promise<number> {
  const sql = `SELECT count(*) AS n FROM ${dialect.table(table.name)}`;
  const [row] = (await queryRunner.query(sql)) as readonly { readonly n: unknown }[];
  return Number(row?.n ?? 0);
}
