import type { Session } from '../session.js';
import { ObjectNotRestoredError } from '../../errors/migration.js';
import { mentions } from './mentions.js';
import { readSqliteStatement } from '../../sql/sqlite-statement.js';
import { compileTriggers, type Query } from './probes.js';
import { quoteIdentifier } from '../../sql/quote.js';
import { sourceOf, tokenise } from '../../sql/tokens.js';
import { foldSqliteName } from '../../sql/identifiers.js';

/** An index or a trigger, which SQLite drops together with its table. */
interface Dependent {
  readonly type: 'index' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string;
  /** 1 for a trigger that only the connection has. */
  readonly temporary: number;
}

/** What the main database has. */
interface Objects {
  readonly dependents: ReadonlyMap<string, Dependent>;
  /** Names in lower case, with the page that stays a table's own when it is renamed. */
  readonly tables: ReadonlyMap<string, number>;
}

type Row = Readonly<Record<'type' | 'name' | 'table' | 'sql', string>> & {
  readonly page: number;
  readonly temporary: number;
};

/**
 * The indexes of constraints are CREATE TABLE's to make; they have no SQL of their own. A temporary trigger of a table
 * that is not temporary ends with the table, not only with the connection; its SQL lacks TEMP.
 */
const OBJECTS = `SELECT type, name, tbl_name AS "table", sql, rootpage AS page, 0 AS temporary, rowid AS number FROM sqlite_schema
  WHERE type = 'table' OR (type IN ('index', 'trigger') AND sql IS NOT NULL)
  UNION ALL
  SELECT type, name, tbl_name, 'CREATE TEMP' || substr(sql, 7), 0, 1, rowid FROM sqlite_temp_schema t
  WHERE type = 'trigger' AND NOT EXISTS
    (SELECT 1 FROM sqlite_temp_schema o WHERE o.type <> 'trigger' AND o.name = t.tbl_name COLLATE NOCASE)
  ORDER BY temporary, number`;

/** Statements after which a table may be gone, or have another name. */
export const MOVES_TABLES = /\b(?:DROP|RENAME)\b/i;
const RENAMES = /\bRENAME\b/i;
const CONCERNS_TABLES = /\bTABLE\b/i;

/**
 * Runs what a revision runs. Indexes and triggers that vanish with a rebuilt table are created again at the
 * end, unless the body has created or dropped them itself by name: a rebuild knows only of those that its author knew.
 *
 * @throws ObjectNotRestoredError for one that the new table has no place for
 */
export async function keepingDependents(session: Session, body: () => Promise<void>): Promise<void> {
  const keeper = new DependentKeeper(session.below());
  const stopWatching = session.watch((sql, send) => keeper.around(sql, send));
  try {
    await body();
  } finally {
    stopWatching();
  }
  await keeper.restore(() => true);
}

/** Compares the catalog instead of reading statements, so that it recognises every kind of rebuild. */
class DependentKeeper {
  readonly #query: Query;
  /** Those that are gone with their table. */
  readonly #lost = new Map<string, Dependent>();
  /** Those of tables that were renamed, as they were before. */
  readonly #putAway = new Map<string, Dependent>();
  /** Tables that another one has taken the place of. */
  readonly #rebuilt = new Set<string>();
  readonly #restored = new Map<string, Dependent>();
  /** The columns of tables before they were emptied, in lower case. */
  readonly #columns = new Map<string, readonly string[]>();
  /** Tables that the body has not created: one that takes a name which is free is not rebuilt. */
  #former: Objects['tables'] | undefined;

  constructor(query: Query) {
    this.#query = query;
  }

  async around(sql: string, send: () => Promise<unknown>): Promise<unknown> {
    if (this.#restored.size > 0) await this.#makeRoom(sql);
    if (!this.#former && CONCERNS_TABLES.test(sql)) this.#former = (await this.#read()).tables;
    if (!MOVES_TABLES.test(sql)) return send();
    // SQLite rewrites what is there when a column or a table is renamed, so it has to be there before.
    if (RENAMES.test(sql)) await this.restore((table) => mentions(sql, table));
    await this.#keepColumns(emptiedTable(sql));
    const before = await this.#read();
    const result = await send();
    this.#compare(before, await this.#read());
    this.#leaveDropped(sql);
    return result;
  }

  /** Only where the new table is in its place; the others may follow. */
  async restore(isWanted: (table: string) => boolean): Promise<void> {
    const lost = [...this.#lost].filter(
      ([, { table }]) => this.#rebuilt.has(foldSqliteName(table)) && isWanted(table),
    );
    if (lost.length === 0) return;
    const now = await this.#read();
    const due = lost.filter(([, { table }]) => now.tables.has(foldSqliteName(table)));
    const missing = due.filter(([key]) => !now.dependents.has(key));
    for (const [key] of due) this.#lost.delete(key);
    for (const [key, one] of missing) {
      await this.#assertColumns(one);
      await create(this.#query, one);
      this.#restored.set(key, one);
    }
    await this.#compile(missing.map(([, one]) => one).filter(({ type }) => type === 'trigger'));
  }

  #compare(before: Objects, after: Objects): void {
    for (const [from, to] of renamed(before, after)) {
      if (!this.#former?.has(from)) this.#rebuilt.add(to);
      this.#putAwayAll(before, from);
    }
    for (const [key, one] of before.dependents)
      if (!after.dependents.has(key)) this.#vanished(key, one, after.tables);
  }

  #putAwayAll({ dependents }: Objects, table: string): void {
    for (const [key, one] of dependents)
      if (foldSqliteName(one.table) === table && !this.#putAway.has(key)) this.#putAway.set(key, one);
  }

  /** Where the table is still there, it was dropped by name. */
  #vanished(key: string, one: Dependent, tables: Objects['tables']): void {
    const former = this.#putAway.get(key);
    this.#putAway.delete(key);
    if (tables.has(foldSqliteName(one.table))) return void this.#lost.delete(key);
    const isReplaced = former !== undefined && tables.has(foldSqliteName(former.table));
    if (isReplaced) this.#rebuilt.add(foldSqliteName(former.table));
    this.#lost.set(key, isReplaced ? former : one);
  }

  /** `DROP INDEX IF EXISTS` of one that is gone already. */
  #leaveDropped(sql: string): void {
    const named = namedIn(sql, 'DROP');
    if (named !== undefined) this.#lost.delete(named);
  }

  /** What had to be restored early may be what the body creates later. */
  async #makeRoom(sql: string): Promise<void> {
    const named = namedIn(sql, 'CREATE');
    const one = named === undefined ? undefined : this.#restored.get(named);
    if (!one) return;
    this.#restored.delete(keyOf(one));
    await this.#query(`DROP ${one.type} main.${quoteIdentifier(one.name)}`);
  }

  async #keepColumns(table: string | undefined): Promise<void> {
    if (table === undefined || this.#columns.has(table)) return;
    this.#columns.set(table, await columnsOf(this.#query, table));
  }

  /**
   * SQLite takes a name in double quotes for a text where there is no such column, and would build another index:
   * https://www.sqlite.org/quirks.html#dblquote
   */
  async #assertColumns(one: Dependent): Promise<void> {
    const former = this.#columns.get(foldSqliteName(one.table)) ?? [];
    const now = await columnsOf(this.#query, one.table);
    const gone = doubleQuotedIn(one.sql).find((name) => former.includes(name) && !now.includes(name));
    if (one.type === 'index' && gone !== undefined)
      throw new ObjectNotRestoredError([one], new Error(`no such column: ${gone}`));
  }

  /** SQLite checks the text of a trigger only when it fires: a missing column would be found only then. */
  async #compile(triggers: readonly Dependent[]): Promise<void> {
    for (const table of new Set(triggers.map((trigger) => trigger.table))) {
      const own = triggers.filter((trigger) => trigger.table === table);
      await compileTriggers(this.#query, table).catch((error: unknown) => {
        throw new ObjectNotRestoredError(own, error);
      });
    }
  }

  async #read(): Promise<Objects> {
    const rows = (await this.#query(OBJECTS)) as readonly Row[];
    const dependents = rows.filter(({ type }) => type !== 'table') as unknown as readonly Dependent[];
    return {
      dependents: new Map(dependents.map((one) => [keyOf(one), one])),
      tables: new Map(
        rows.filter(({ type }) => type === 'table').map(({ name, page }) => [foldSqliteName(name), page]),
      ),
    };
  }
}

async function columnsOf(query: Query, table: string): Promise<readonly string[]> {
  const rows = await query(`PRAGMA main.table_xinfo(${quoteIdentifier(table)})`);
  return (rows as readonly { readonly name: string }[]).map(({ name }) => foldSqliteName(name));
}

/** The names in double quotes behind the name of the table, in lower case. */
function doubleQuotedIn(sql: string): readonly string[] {
  const tokens = tokenise(sql, 'sqlite');
  const list = tokens.findIndex(({ keyword }) => keyword === '(');
  return tokens
    .slice(list)
    .filter((token) => sourceOf(sql, [token]).startsWith('"'))
    .map(({ text }) => foldSqliteName(text));
}

async function create(query: Query, one: Dependent): Promise<void> {
  try {
    await query(one.sql);
  } catch (error) {
    throw new ObjectNotRestoredError([one], error);
  }
}

/** Tables of which only the name is another one, old and new. A page of 0 is none: that of a virtual table. */
function renamed(before: Objects, after: Objects): readonly (readonly [string, string])[] {
  const gone = new Map(
    [...before.tables].filter(([name, page]) => page > 0 && !after.tables.has(name)).map(([n, p]) => [p, n]),
  );
  return [...after.tables].flatMap(([name, page]) => {
    const former = before.tables.has(name) ? undefined : gone.get(page);
    return former === undefined ? [] : [[former, name] as const];
  });
}

/** Which index or trigger a statement creates or drops: `index ix_jobs_status`, lower case. */
export function namedIn(sql: string, verb: 'CREATE' | 'DROP'): string | undefined {
  const statement = readSqliteStatement(sql);
  if (!statement || !('name' in statement)) return undefined;
  const [found = '', type = ''] = statement.kind.split('-');
  return found === verb.toLowerCase() ? `${type} ${foldSqliteName(statement.name)}` : undefined;
}

/** What a statement creates or drops by this name is not temporary, see `namedIn`. */
function keyOf({ type, name, temporary }: Dependent): string {
  return `${temporary === 1 ? 'temporary ' : ''}${type} ${foldSqliteName(name)}`;
}

/** The prefix by which TypeORM, and our generator, name a table that is being rebuilt. */
const TEMPORARY = /^temporary_/;

/** Whether the statement renames a table to or from a name of such a rebuild. */
export function renamesTemporaryTable(sql: string): boolean {
  const statement = readSqliteStatement(sql);
  return (
    statement?.kind === 'rename-table' && [statement.table, statement.to].some((name) => TEMPORARY.test(name))
  );
}

/** The table whose indexes and triggers go, or go elsewhere, with a statement of such a rebuild. Lower case. */
export function emptiedTable(sql: string): string | undefined {
  const statement = readSqliteStatement(sql);
  const isPutAway = statement?.kind === 'rename-table' && TEMPORARY.test(statement.to);
  return statement?.kind === 'drop-table' || isPutAway ? foldSqliteName(statement.table) : undefined;
}

/**
 * The tables that statements rebuild, in the manner of TypeORM: a `temporary_` one takes the name, or
 * the old one is put away under such a name. Lower case.
 */
export function rebuiltTables(statements: readonly string[]): readonly string[] {
  return statements.flatMap((sql) => {
    const statement = readSqliteStatement(sql);
    if (statement?.kind !== 'rename-table') return [];
    const { table, to } = statement;
    if (TEMPORARY.test(table)) return foldSqliteName(to);
    return TEMPORARY.test(to) ? foldSqliteName(table) : [];
  });
}
