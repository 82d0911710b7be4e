import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import type { SqliteTarget } from '../../../src/database-url.js';
import { databaseOf } from '../../../src/databases/registry.js';
import type { DialectGroups } from '../../../src/databases/planning.js';
import { LineLogger } from '../../../src/logger.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { canonicalizeSqlite } from '../../../src/databases/sqlite/catalog.js';
import { introspectSqlite } from '../../../src/databases/sqlite/introspect/introspect.js';
import type { SchemaModel } from '../../../src/schema/model.js';
import { recordTableNames } from '../../../src/schema/record-tables.js';
import { parseSettings } from '../../../src/settings.js';
import { revision } from '../../support/revisions.js';
import { TypeormSession } from '../../../src/databases/typeorm-session.js';
import { statementsIn } from '../../../src/generate/write/revision-class.js';

/** A row, or the report of a pragma about one column. */
export type Row = Readonly<Record<string, unknown>>;

/** Groups of statements as a revision of that stamp, run by the real migrator. */
export function revisionOf(groups: DialectGroups, stamp: number): ReturnType<typeof revision> {
  const { up, down } = statementsIn(groups);
  return revision(`Move${stamp}`, up, down);
}

/** An SQLite file of one test's own: revisions are applied as they are given, one after the other. */
export class SqliteWorld {
  readonly #folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-sqlite-'));
  readonly #revisions: ReturnType<typeof revision>[] = [];
  #dataSource: DataSource | undefined;

  get dataSource(): DataSource {
    if (!this.#dataSource) throw new Error('Nothing has been applied yet.');
    return this.#dataSource;
  }

  /** Applies one more revision, the list of those before it included. */
  async apply(groups: DialectGroups): Promise<void> {
    this.#revisions.push(revisionOf(groups, 1_800_000_000_000 + this.#revisions.length));
    await this.#dataSource?.destroy();
    const path = join(this.#folder, 'test.db');
    const database: SqliteTarget = { dialect: 'sqlite', path, shown: `sqlite:${path}` };
    this.#dataSource = createDataSource(
      { ...parseSettings({}), database },
      { entities: [], migrations: [...this.#revisions], logger: new LineLogger('error', () => undefined) },
    );
    await this.#dataSource.initialize();
    // No power failure happens here, and hundreds of files are written.
    await this.#dataSource.query('PRAGMA synchronous = OFF');
    await migrateUp(this.#dataSource);
  }

  query(sql: string): Promise<readonly Row[]> {
    return this.dataSource.query(sql);
  }

  /** As the generator has it: spelled, columns in the order of the table, without the tables of the migrator. */
  async schema(): Promise<SchemaModel> {
    const queryRunner = this.dataSource.createQueryRunner();
    const { schema } = await introspectSqlite(
      databaseOf(this.dataSource).readAll(new TypeormSession(queryRunner)),
    );
    const own: readonly string[] = Object.values(recordTableNames(undefined));
    return canonicalizeSqlite({ ...schema, tables: schema.tables.filter(({ name }) => !own.includes(name)) });
  }

  async close(): Promise<void> {
    await this.#dataSource?.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
