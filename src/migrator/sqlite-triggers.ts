import type { QueryRunner } from 'typeorm';
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
    for (const { name, table, sql } of before)
      if (!after.has(name) && rebuilt.includes(table.toLowerCase()) && !isDropped(name, seen))
        await this.#queryRunner.query(sql);
  }
}

/** The tables that statements build anew, in the manner of TypeORM: a `temporary_` one takes the name. Lower case. */
export function rebuiltTables(statements: readonly string[]): readonly string[] {
  return statements.flatMap((sql) => {
    const [, from = '', to = ''] = /^\s*ALTER\s+TABLE\s+(.+?)\s+RENAME\s+TO\s+(.+?)[\s;]*$/i.exec(sql) ?? [];
    return withoutQuotes(from).startsWith('temporary_') ? [withoutQuotes(to)] : [];
  });
}

function isDropped(trigger: string, statements: readonly string[]): boolean {
  return statements.some((sql) => {
    const [, name = ''] = /^\s*DROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?(.+?)[\s;]*$/i.exec(sql) ?? [];
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
