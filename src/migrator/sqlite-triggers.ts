import type { QueryRunner } from 'typeorm';
import { quoteName } from './records/tables.js';
import { withoutLeadingComments } from './sql-text.js';
import { watchStatements } from './statement-watch.js';

interface Trigger {
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** Statements after which there may be other triggers than before. */
const MAY_CHANGE = /\bTRIGGER\b|\bRENAME\b|\bDROP\b/i;

/** Makes anew the triggers that vanish with a table that is built anew: whoever rebuilds a table does not know of them. */
export class TriggerKeeper {
  readonly #queryRunner: QueryRunner;
  #known: readonly Trigger[] | undefined;

  constructor(queryRunner: QueryRunner) {
    this.#queryRunner = queryRunner;
  }

  /** Runs a body; triggers that it drops by name stay dropped. */
  async keep(body: () => Promise<void>): Promise<void> {
    const before = (this.#known ??= await readTriggers(this.#queryRunner));
    const seen: string[] = [];
    const stopWatching = watchStatements(this.#queryRunner, (sql, send) => {
      if (MAY_CHANGE.test(sql)) seen.push(sql);
      return send();
    });
    try {
      await body();
    } finally {
      stopWatching();
    }
    if (seen.length === 0) return;
    this.forget();
    if (before.length > 0) await this.#restore(before, seen);
  }

  /** The next body begins with a new look. */
  forget(): void {
    this.#known = undefined;
  }

  async #restore(before: readonly Trigger[], seen: readonly string[]): Promise<void> {
    const rebuilt = rebuiltTables(seen);
    const after = new Set((await readTriggers(this.#queryRunner)).map(({ name }) => name));
    const lost = before.filter(
      ({ name, table }) =>
        !after.has(name) && rebuilt.includes(table.toLowerCase()) && !isDropped(name, seen),
    );
    for (const { sql } of lost) await this.#queryRunner.query(sql);
    for (const table of new Set(lost.map((trigger) => trigger.table))) await this.#compile(table);
  }

  /** SQLite looks at what a trigger says only when it is about to fire: a column that is gone would be found out then. */
  async #compile(table: string): Promise<void> {
    const name = quoteName(table);
    const columns = (await this.#queryRunner.query(`PRAGMA table_info(${name})`)) as readonly {
      readonly name: string;
    }[];
    const sets = columns.map((column) => `${quoteName(column.name)} = ${quoteName(column.name)}`);
    await this.#queryRunner.query(`EXPLAIN UPDATE ${name} SET ${sets.join(', ')}`);
    await this.#queryRunner.query(`EXPLAIN DELETE FROM ${name}`);
    await this.#queryRunner.query(`EXPLAIN INSERT INTO ${name} DEFAULT VALUES`);
  }
}

/**
 * The tables that statements build anew, in the manner of TypeORM: a `temporary_` one takes the name, or
 * the old one is put away under such a name. Lower case.
 */
export function rebuiltTables(statements: readonly string[]): readonly string[] {
  return statements.map(withoutLeadingComments).flatMap((sql) => {
    const [, from = '', to = ''] = /^ALTER\s+TABLE\s+(.+?)\s+RENAME\s+TO\s+(.+?)[\s;]*$/i.exec(sql) ?? [];
    if (withoutQuotes(from).startsWith('temporary_')) return [withoutQuotes(to)];
    return withoutQuotes(to).startsWith('temporary_') ? [withoutQuotes(from)] : [];
  });
}

function isDropped(trigger: string, statements: readonly string[]): boolean {
  return statements.map(withoutLeadingComments).some((sql) => {
    const [, name = ''] = /^DROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?(.+?)[\s;]*$/i.exec(sql) ?? [];
    return withoutQuotes(name) === trigger.toLowerCase();
  });
}

/** The last part of a name, as SQLite compares names. */
function withoutQuotes(name: string): string {
  return name
    .replace(/^.*\.(?=["'`[]?[^.]*$)/, '')
    .replace(/["'`[\]]/g, '')
    .toLowerCase();
}

async function readTriggers(queryRunner: QueryRunner): Promise<readonly Trigger[]> {
  return (await queryRunner.query(
    `SELECT name, tbl_name AS "table", sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
  )) as readonly Trigger[];
}
