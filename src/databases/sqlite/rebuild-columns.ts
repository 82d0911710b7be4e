import type { QueryRunner } from 'typeorm';
import { ColumnNotKeptError } from '../../errors/rebuild.js';
import { foldSqliteName } from '../../sql/identifiers.js';
import { quoteIdentifier } from '../../sql/quote.js';
import { readSqliteStatement } from '../../sql/sqlite-statement.js';
import { tokenise } from '../../sql/tokens.js';
import { watchStatements } from '../statement-watch.js';

type Query = (sql: string) => Promise<unknown>;

/**
 * Runs what a revision runs. A table that is dropped and is there again at the end was rebuilt, and what the new one lacks
 * is gone. A column that no revision names was added by hand: nobody has decided that its values may go.
 *
 * @throws ColumnNotKeptError so that the transaction is rolled back
 */
export async function keepingColumns(queryRunner: QueryRunner, body: () => Promise<void>): Promise<void> {
  const query: Query = queryRunner.query.bind(queryRunner);
  const dropped = new DroppedTables(query);
  const stopWatching = watchStatements(queryRunner, async (sql, send) => {
    await dropped.note(sql);
    return send();
  });
  try {
    await body();
  } finally {
    stopWatching();
  }
  for (const [table, columns] of dropped.columns) {
    const kept = (await columnsOf(query, table)).map(foldSqliteName);
    const gone = columns.filter((name) => !kept.includes(foldSqliteName(name)));
    if (kept.length === 0 || gone.length === 0) continue;
    const unknown = unnamed(queryRunner.connection.migrations, gone);
    if (unknown.length > 0) throw new ColumnNotKeptError(table, unknown);
  }
}

/** The tables that a revision found and has dropped, by the name that they had. */
class DroppedTables {
  readonly columns = new Map<string, readonly string[]>();
  readonly #query: Query;
  /** Tables that the revision itself has made. */
  readonly #created = new Set<string>();
  /** Former names of those that it has renamed. */
  readonly #former = new Map<string, string>();

  constructor(query: Query) {
    this.#query = query;
  }

  async note(sql: string): Promise<void> {
    const statement = readSqliteStatement(sql);
    if (statement?.kind === 'create-table') this.#created.add(foldSqliteName(statement.table));
    if (statement?.kind === 'rename-table') this.#rename(statement.table, statement.to);
    if (statement?.kind === 'drop-table') await this.#drop(statement.table);
  }

  #rename(from: string, to: string): void {
    const [old, name] = [foldSqliteName(from), foldSqliteName(to)];
    if (this.#created.delete(old)) this.#created.add(name);
    else this.#former.set(name, this.#former.get(old) ?? from);
  }

  async #drop(table: string): Promise<void> {
    const name = foldSqliteName(table);
    if (this.#created.delete(name)) return;
    const columns = await columnsOf(this.#query, table);
    this.columns.set(this.#former.get(name) ?? table, columns);
  }
}

/** Generated columns included; none for a table that does not exist. */
async function columnsOf(query: Query, table: string): Promise<readonly string[]> {
  const rows = (await query(`PRAGMA table_xinfo(${quoteIdentifier(table)})`)) as readonly {
    readonly name: string;
  }[];
  return rows.map(({ name }) => name);
}

/** Whether a class written by hand only sends texts that stand in it: any other one may name columns elsewhere. */
function isOnlySql(source: string): boolean {
  const calls = source.match(/\.\s*\w+\s*\(/g) ?? [];
  return calls.length > 0 && calls.every((call) => /^\.\s*query\s*\($/.test(call)) && !source.includes('${');
}

/** Those of the columns that no statement of a revision names; of a class written by hand its source counts. */
function unnamed(migrations: readonly object[], columns: readonly string[]): readonly string[] {
  const words = new Set<string>();
  const sources: string[] = [];
  for (const migration of migrations) {
    const { sqlite, up, down } = migration as Readonly<Record<'sqlite' | 'up' | 'down', unknown>>;
    const lists = sqlite as { readonly up: readonly string[]; readonly down: readonly string[] } | undefined;
    if (lists === undefined) sources.push(foldSqliteName(`${String(up)} ${String(down)}`));
    for (const sql of lists ? [...lists.up, ...lists.down] : [])
      for (const { text } of tokenise(sql, 'sqlite')) words.add(foldSqliteName(text));
  }
  if (!sources.every(isOnlySql)) return [];
  const isNamed = (name: string) => words.has(name) || sources.some((source) => source.includes(name));
  return columns.filter((name) => !isNamed(foldSqliteName(name)));
}
