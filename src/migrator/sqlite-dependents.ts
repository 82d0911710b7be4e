import type { QueryRunner } from 'typeorm';
import { ObjectNotRestoredError } from '../errors/migration.js';
import { tokenise } from '../sql/tokens.js';
import { withoutLeadingComments } from '../sql/text.js';
import { watchStatements } from './statement-watch.js';
import { quoteIdentifier } from '../sql/quote.js';

/** An index or a trigger, which SQLite drops together with its table. */
interface Dependent {
  readonly type: 'index' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** What the main database has. */
interface Objects {
  readonly dependents: ReadonlyMap<string, Dependent>;
  /** Names in lower case, with the page that stays a table's own when it is renamed. */
  readonly tables: ReadonlyMap<string, number>;
}

type Row = Readonly<Record<'type' | 'name' | 'table' | 'sql', string>> & { readonly page: number };
type Query = (sql: string) => Promise<unknown>;

/** The indexes of constraints are CREATE TABLE's to make; they have no SQL of their own. */
const OBJECTS = `SELECT type, name, tbl_name AS "table", sql, rootpage AS page FROM sqlite_schema
  WHERE type = 'table' OR (type IN ('index', 'trigger') AND sql IS NOT NULL) ORDER BY rowid`;

/** Statements after which a table may be gone, or have another name. */
const MOVES_TABLES = /\b(?:DROP|RENAME)\b/i;
const RENAMES = /\bRENAME\b/i;
const CONCERNS_TABLES = /\bTABLE\b/i;

/**
 * Runs what a revision runs. Indexes and triggers that vanish with a table that is built anew are created again at the
 * end, unless the body has created or dropped them itself by name: a rebuild knows only of those that its author knew.
 *
 * @throws ObjectNotRestoredError for one that the new table has no place for
 */
export async function keepingDependents(queryRunner: QueryRunner, body: () => Promise<void>): Promise<void> {
  const keeper = new DependentKeeper(queryRunner.query.bind(queryRunner));
  const stopWatching = watchStatements(queryRunner, (sql, send) => keeper.around(sql, send));
  try {
    await body();
  } finally {
    stopWatching();
  }
  await keeper.restore(() => true);
}

/** Looks at what there is, rather than at what statements say, so that it knows a rebuild in any manner. */
class DependentKeeper {
  readonly #query: Query;
  /** Those that are gone with their table. */
  readonly #lost = new Map<string, Dependent>();
  /** Those of tables that were renamed, as they were before. */
  readonly #putAway = new Map<string, Dependent>();
  /** Tables that another one has taken the place of. */
  readonly #rebuilt = new Set<string>();
  readonly #restored = new Map<string, Dependent>();
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
    const before = await this.#read();
    const result = await send();
    this.#compare(before, await this.#read());
    this.#leaveDropped(sql);
    return result;
  }

  /** Only where the new table is in its place; the others may follow. */
  async restore(isWanted: (table: string) => boolean): Promise<void> {
    const lost = [...this.#lost].filter(
      ([, { table }]) => this.#rebuilt.has(lower(table)) && isWanted(table),
    );
    if (lost.length === 0) return;
    const now = await this.#read();
    const due = lost.filter(([, { table }]) => now.tables.has(lower(table)));
    const missing = due.filter(([key]) => !now.dependents.has(key));
    for (const [key] of due) this.#lost.delete(key);
    for (const [key, one] of missing) {
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
      if (lower(one.table) === table && !this.#putAway.has(key)) this.#putAway.set(key, one);
  }

  /** Where the table is still there, it was dropped by name. */
  #vanished(key: string, one: Dependent, tables: Objects['tables']): void {
    const former = this.#putAway.get(key);
    this.#putAway.delete(key);
    if (tables.has(lower(one.table))) return void this.#lost.delete(key);
    const isReplaced = former !== undefined && tables.has(lower(former.table));
    if (isReplaced) this.#rebuilt.add(lower(former.table));
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
    await this.#query(`DROP ${one.type} ${quoteIdentifier(one.name)}`);
  }

  /** SQLite looks at what a trigger says only when it is about to fire: a column that is gone would be found out then. */
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
        rows.filter(({ type }) => type === 'table').map(({ name, page }) => [lower(name), page]),
      ),
    };
  }
}

async function create(query: Query, one: Dependent): Promise<void> {
  try {
    await query(one.sql);
  } catch (error) {
    throw new ObjectNotRestoredError([one], error);
  }
}

async function compileTriggers(query: Query, table: string): Promise<void> {
  const name = quoteIdentifier(table);
  const columns = (await query(`PRAGMA table_info(${name})`)) as readonly { readonly name: string }[];
  const sets = columns.map((column) => `${quoteIdentifier(column.name)} = ${quoteIdentifier(column.name)}`);
  await query(`EXPLAIN UPDATE ${name} SET ${sets.join(', ')}`);
  await query(`EXPLAIN DELETE FROM ${name}`);
  await query(`EXPLAIN INSERT INTO ${name} DEFAULT VALUES`);
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

const NAME = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*'|[^\s."'`[(;]+/.source;
const NAMED = new RegExp(
  `^(CREATE|DROP)\\s+(?:UNIQUE\\s+)?(INDEX|TRIGGER)\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(?:(?:${NAME})\\s*\\.\\s*)?(${NAME})`,
  'i',
);

/** Which index or trigger a statement creates or drops: `index ix_jobs_status`, lower case. */
export function namedIn(sql: string, verb: 'CREATE' | 'DROP'): string | undefined {
  const [, found = '', type = '', name = ''] = NAMED.exec(withoutLeadingComments(sql, 'sqlite')) ?? [];
  return found.toUpperCase() === verb ? `${type.toLowerCase()} ${lower(unquoted(name))}` : undefined;
}

function unquoted(name: string): string {
  const [quote = ''] = name;
  if (quote === '[') return name.slice(1, -1);
  return /["'`]/.test(quote) ? name.slice(1, -1).replaceAll(quote + quote, quote) : name;
}

function mentions(sql: string, table: string): boolean {
  return tokenise(sql, 'sqlite').some(({ text }) => lower(text) === lower(table));
}

function keyOf({ type, name }: Dependent): string {
  return `${type} ${lower(name)}`;
}

/** As SQLite compares names. */
function lower(name: string): string {
  return name.toLowerCase();
}

/** The table whose indexes and triggers go, or go elsewhere, with a statement of such a rebuild. Lower case. */
export function emptiedTable(sql: string): string | undefined {
  const statement = withoutLeadingComments(sql, 'sqlite');
  const [, dropped] = /^DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(.+?)[\s;]*$/i.exec(statement) ?? [];
  const [, away] = /^ALTER\s+TABLE\s+(.+?)\s+RENAME\s+TO\s+\W*temporary_/i.exec(statement) ?? [];
  const table = dropped ?? away;
  return table === undefined ? undefined : withoutQuotes(table);
}

/**
 * The tables that statements build anew, in the manner of TypeORM: a `temporary_` one takes the name, or
 * the old one is put away under such a name. Lower case.
 */
export function rebuiltTables(statements: readonly string[]): readonly string[] {
  return statements.flatMap((statement) => {
    const sql = withoutLeadingComments(statement, 'sqlite');
    const [, from = '', to = ''] = /^ALTER\s+TABLE\s+(.+?)\s+RENAME\s+TO\s+(.+?)[\s;]*$/i.exec(sql) ?? [];
    if (withoutQuotes(from).startsWith('temporary_')) return [withoutQuotes(to)];
    return withoutQuotes(to).startsWith('temporary_') ? [withoutQuotes(from)] : [];
  });
}

/** The last part of a name, as SQLite compares names. */
function withoutQuotes(name: string): string {
  return name
    .replace(/^.*\.(?=["'`[]?[^.]*$)/, '')
    .replace(/["'`[\]]/g, '')
    .toLowerCase();
}
