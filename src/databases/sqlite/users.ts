/** Triggers, views and virtual tables that use a table from elsewhere: SQLite looks at them only when they are used. */

import { messageOf } from '../../errors/base.js';
import { DependentBrokenError, type BrokenUser } from '../../errors/rebuild.js';
import { MOVES_TABLES } from './dependents.js';
import { probesOf, type Query, type Target } from './probes.js';
import type { Session } from '../session.js';

/** By what it stands on: a trigger's table, a view or a virtual table itself. */
interface User extends BrokenUser {
  readonly sql: string;
}

const USERS = `SELECT CASE type WHEN 'table' THEN 'virtual table' ELSE type END AS type, name, tbl_name AS "table", sql
  FROM sqlite_schema WHERE type IN ('trigger', 'view') OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%') ORDER BY 1, name`;

/**
 * What a run finds on the live database, so that nothing that it makes itself is counted. A view whose text has a column in double
 * quotes works on: SQLite takes what is no column for a text.
 */
export class OuterUsers {
  readonly #query: Query;
  readonly #session: Session;
  /** Those before the run, by name; undefined until they are read. */
  #former: ReadonlyMap<string, User> | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#query = session.below();
  }

  /**
   * Runs what a revision runs.
   *
   * @throws DependentBrokenError for one that worked before it, and works no more
   */
  async keeping(body: () => Promise<void>): Promise<void> {
    this.#former ??= new Map((await this.#read()).map((user) => [user.name, user]));
    if (this.#former.size === 0) return body();
    let working: ReadonlySet<string> | undefined;
    const stopWatching = this.#session.watch(async (sql, send) => {
      if (working === undefined && MOVES_TABLES.test(sql)) working = await this.#working();
      return send();
    });
    await body().finally(stopWatching);
    if (working !== undefined) await this.#assertWorking(working);
  }

  /** The probes that SQLite accepts. */
  async #working(): Promise<ReadonlySet<string>> {
    const accepted = new Set<string>();
    for (const target of await this.#targets())
      for (const { key, failure } of await probesOf(this.#query, target))
        if (failure === undefined) accepted.add(key);
    return accepted;
  }

  async #assertWorking(working: ReadonlySet<string>): Promise<void> {
    for (const target of await this.#targets())
      for (const { key, failure } of await probesOf(this.#query, target))
        if (failure !== undefined && working.has(key) && !isMeant(target.type, failure))
          throw new DependentBrokenError(await this.#on(target.name, failure), failure);
  }

  /** Tables with triggers of before the run, and views and virtual tables of then. */
  async #targets(): Promise<readonly Target[]> {
    const users = (await this.#read()).filter(({ name }) => this.#former?.has(name));
    const types = new Map(users.flatMap(({ type, name }) => (type === 'trigger' ? [] : [[name, type]])));
    const tables = users.map(({ table }) => table);
    return [...new Set(tables)].map((name) => ({ name, type: types.get(name) ?? 'table' }));
  }

  /** SQLite does not name the trigger that it cannot run; its text has the name that is missing. */
  async #on(table: string, failure: unknown): Promise<readonly BrokenUser[]> {
    const [, missing = ''] = MISSING.exec(messageOf(failure)) ?? [];
    const own = (await this.#read()).filter((user) => user.table === table && this.#former?.has(user.name));
    const naming = own.filter(({ sql }) => sql.toLowerCase().includes(missing.toLowerCase()));
    return naming.length > 0 ? naming : own;
  }

  async #read(): Promise<readonly User[]> {
    return (await this.#query(USERS)) as readonly User[];
  }
}

const MISSING = /(?:no such column: (?:\w+\.)*|has no column named )(\S+)/;

/** A revision that drops a table by name means that; but nobody can read what the index of its rows still has. */
function isMeant(type: Target['type'], failure: unknown): boolean {
  return type !== 'virtual table' && messageOf(failure).includes('no such table');
}
