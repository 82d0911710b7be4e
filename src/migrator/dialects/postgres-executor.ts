import type { QueryRunner } from 'typeorm';
import { LockUnavailableError } from '../../errors/migration.js';
import { inTransaction, keepingTransaction } from '../in-transaction.js';
import { lockKey, lockKeySql, onOwnConnection } from '../lock/postgres-lock.js';
import { boundWriter, literal, type BoundStatement } from '../records/sql.js';
import type { RecordTables } from '../records/tables.js';
import { DEFAULT_LIMITS } from '../run-limits.js';
import { checksum } from '../revision.js';
import type { Executor, Limits, Row } from './executor.js';
import { assertValidIndex, clearInvalidIndex } from './invalid-index.js';

/** Limits of a session that would end a revision, and the value that it needs. */
type SessionSettings = Readonly<Record<string, string>>;

/** node-postgres' client. */
interface Client {
  readonly processID?: number | null;
  query(query: {
    name: string;
    text: string;
    values: readonly unknown[];
  }): Promise<{ readonly rows: readonly Row[] }>;
}

/** Executes on a connection of TypeORM's pool. */
export class PostgresExecutor implements Executor {
  readonly pooled: boolean;
  readonly #queryRunner: QueryRunner;
  readonly #names = new Map<string, string>();
  #pid: number;

  private constructor(queryRunner: QueryRunner, pid: number, pooled: boolean) {
    this.#queryRunner = queryRunner;
    this.#pid = pid;
    this.pooled = pooled;
  }

  /**
   * Makes sure that the lock excludes the session that is going to execute: some servers that speak PostgreSQL's
   * language answer every try with yes. A pooler hands out a process id of its own making with the connection.
   *
   * @throws LockUnavailableError
   */
  static async open(queryRunner: QueryRunner, lockName: string): Promise<PostgresExecutor> {
    const client = (await queryRunner.connect()) as Client;
    const [row] = (await queryRunner.query(
      `SELECT pg_try_advisory_xact_lock(${lockKeySql(lockKey(lockName))}) AS entered, pg_backend_pid() AS pid`,
    )) as readonly { readonly entered: boolean; readonly pid: number }[];
    if (row?.entered === false)
      return new PostgresExecutor(queryRunner, row.pid, client.processID !== row.pid);
    throw new LockUnavailableError(
      'The advisory locks of this server exclude nobody: a second session got the lock that the first one holds. Nothing was changed. Migrating needs PostgreSQL itself.',
    );
  }

  /**
   * The fence is looked at when a revision is recorded, and the lock can be lost between that and COMMIT. Recording takes
   * ROW EXCLUSIVE on the table, which SHARE waits for; whoever records later meets the fence.
   */
  async awaitUncommitted({ migrations }: RecordTables): Promise<void> {
    const { sql } = migrations;
    await this.#queryRunner.query(
      `SET LOCAL lock_timeout = ${DEFAULT_LIMITS.lockTimeoutMs};
       DO $$ BEGIN IF to_regclass(${literal(sql)}) IS NOT NULL AND has_table_privilege(to_regclass(${literal(sql)}), 'DELETE')
         THEN LOCK TABLE ${sql} IN SHARE MODE; END IF; END $$`,
    );
  }

  inTransaction(limits: Limits, body: () => Promise<void>): Promise<void> {
    return inTransaction(this.#queryRunner, async () => {
      await this.#apply(settingsFor(limits), 'local');
      await body();
    });
  }

  async outside(limits: Limits, body: () => Promise<void>): Promise<void> {
    const settings = settingsFor(limits);
    const columns = Object.keys(settings).map((name) => `current_setting('${name}', true) AS "${name}"`);
    const [before = {}] = (await this.#queryRunner.query(`SELECT ${columns.join(', ')}`)) as Record<
      string,
      string
    >[];
    await this.#apply(settings, 'session');
    try {
      await body();
    } finally {
      await this.#apply(before, 'session').catch(() => undefined);
    }
  }

  cancel(): Promise<void> {
    return onOwnConnection(this.#queryRunner.connection, 'SELECT pg_cancel_backend($1)', [this.#pid]);
  }

  /** Most of such a statement's time is planning, so it is prepared; not behind a pooler, whose sessions change. */
  async send({ sql, parameters }: BoundStatement): Promise<readonly Row[]> {
    if (this.pooled) return (await this.#queryRunner.query(sql, [...parameters])) as readonly Row[];
    const client = (await this.#queryRunner.connect()) as Client;
    this.#queryRunner.connection.logger.logQuery(sql, [...parameters], this.#queryRunner);
    const { rows } = await client.query({ name: this.#nameOf(sql), text: sql, values: parameters });
    return rows;
  }

  runBody(body: () => Promise<void>): Promise<void> {
    return keepingTransaction(this.#queryRunner, body);
  }

  recordCondition(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  explainRefusal(): Promise<void> {
    return Promise.resolve();
  }

  clearBefore(statement: string): Promise<void> {
    return clearInvalidIndex(this.#queryRunner, statement);
  }

  verifyAfter(statement: string): Promise<void> {
    return assertValidIndex(this.#queryRunner, statement);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** transaction_timeout is not known before PostgreSQL 17. It tells the server process as well, for `cancel`. */
  async #apply(settings: SessionSettings, scope: 'local' | 'session'): Promise<void> {
    const local = scope === 'local';
    const statement = boundWriter('postgres')((bind) => {
      const columns = Object.entries(settings).map(
        ([name, value]) =>
          `CASE WHEN current_setting('${name}', true) IS NOT NULL THEN set_config('${name}', ${bind(value)}, ${local}) END`,
      );
      return `SELECT pg_backend_pid() AS pid, ${columns.join(', ')}`;
    });
    const [row] = await this.send(statement);
    this.#pid = Number(row?.['pid']);
  }

  #nameOf(sql: string): string {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    const name = `orchestrator_db_${checksum([sql]).slice(0, 16)}`;
    this.#names.set(sql, name);
    return name;
  }
}

function settingsFor({ lockTimeoutMs, statementTimeoutMs }: Limits): SessionSettings {
  return {
    lock_timeout: String(lockTimeoutMs),
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: '0',
    transaction_timeout: '0',
  };
}
