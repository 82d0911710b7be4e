/** Statements that SQLite compiles and does not run, so that it reads the triggers and views behind them. */

import { quoteIdentifier } from '../../sql/quote.js';

/** Sends a statement of which nobody is told. */
export type Query = (sql: string) => Promise<unknown>;

/** A statement, and what SQLite says against it. */
interface Probe {
  /** Names the statement. */
  readonly key: string;
  readonly failure: unknown;
}

/** What is used. */
export interface Target {
  readonly name: string;
  readonly type: 'table' | 'view' | 'virtual table';
}

/** What a table, or a view, is used for. */
export async function probesOf(query: Query, { name, type }: Target): Promise<readonly Probe[]> {
  if (type === 'virtual table') return [await firstRow(query, name)];
  const statements = await statementsOn(query, name);
  const probes: Probe[] = [];
  const uses =
    type === 'view'
      ? [['SELECT', `SELECT * FROM ${quoteIdentifier(name)}`] as const, ...statements]
      : statements;
  for (const [verb, sql] of uses)
    probes.push({
      key: `${verb} ${name}`,
      failure: await compile(query, sql).catch((error: unknown) => error),
    });
  return probes;
}

/** A virtual table looks for the table of its rows when it is read, and not before. */
async function firstRow(query: Query, name: string): Promise<Probe> {
  const sql = `SELECT * FROM ${quoteIdentifier(name)} LIMIT 1`;
  const failure = await query(sql).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { key: `READ ${name}`, failure };
}

/** A statement for each event of a trigger; an UPDATE sets all columns. */
async function statementsOn(query: Query, table: string): Promise<readonly (readonly [string, string])[]> {
  const name = quoteIdentifier(table);
  // A view that is broken has no columns to show.
  const columns = (await query(`PRAGMA table_info(${name})`).catch(() => [])) as readonly {
    readonly name: string;
  }[];
  const sets = columns.map((column) => `${quoteIdentifier(column.name)} = ${quoteIdentifier(column.name)}`);
  return [
    ['UPDATE', `UPDATE ${name} SET ${sets.join(', ')}`],
    ['DELETE', `DELETE FROM ${name}`],
    ['INSERT', `INSERT INTO ${name} DEFAULT VALUES`],
  ];
}

let compiled = 0;

/** TypeORM keeps prepared statements by their text, and an EXPLAIN that is prepared does not notice another schema. */
async function compile(query: Query, sql: string): Promise<undefined> {
  await query(`EXPLAIN /* ${(compiled += 1)} */ ${sql}`);
  return undefined;
}

/**
 * Has SQLite read the triggers of a table.
 *
 * @throws what SQLite says of one that it cannot run
 */
export async function compileTriggers(query: Query, table: string): Promise<void> {
  for (const [, sql] of await statementsOn(query, table)) await compile(query, sql);
}
