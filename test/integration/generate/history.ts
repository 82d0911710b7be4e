import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import {
  generateRevisions,
  type GenerateOptions,
  type GenerateReport,
} from '../../../src/generate/generate-revisions.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import type { TestDatabase } from '../../support/databases.js';
import { generatedClass } from '../../support/generated-class.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import {
  findings,
  plainDataSource,
  type Findings,
  type PlainOptions,
} from '../drift/no-false-alarm-database.js';

/** Where a database is. */
type Place = Pick<TestDatabase, 'target'> & {
  /** How many revisions of the history the code has; default all. */
  readonly length?: number;
};

type Class = new () => MigrationInterface;

/** Revisions in a folder of their own, by the generator and by hand, and the database that has them. */
export class History {
  readonly #migrations: Class[] = [];
  #stamp = 1_795_700_000_000;
  /** What the project does to its DataSource. */
  prepare: (dataSource: DataSource) => DataSource = (dataSource) => dataSource;
  /** Whether changes are generated in expand and contract. */
  isPhased = false;

  private constructor(
    readonly dialect: DialectName,
    readonly folder: string,
    readonly options: PlainOptions,
  ) {}

  /** Lends an empty history. */
  static async lend<T>(
    dialect: DialectName,
    use: (history: History) => Promise<T>,
    options: PlainOptions = {},
  ): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-history-'));
    try {
      return await use(new History(dialect, folder, options));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** Generates what leads to the entities; the history continues with it. */
  async generate(
    entities: readonly EntitySchema[],
    options: Partial<GenerateOptions> = {},
  ): Promise<GenerateReport> {
    const report = await generateRevisions(this.#source(entities), {
      folder: this.folder,
      name: 'Change',
      now: (this.#stamp += 60_000),
      scratchUrl: urlOf(postgresServer()),
      oneStep: !this.isPhased,
      ...options,
    });
    this.#migrations.push(...report.revisions.map(generatedClass));
    return report;
  }

  /** Continues with statements written by hand. */
  byHand(up: readonly string[], down: readonly string[] = []): void {
    this.#migrations.push(revision(`ByHand${(this.#stamp += 60_000)}`, up, down));
  }

  /** Applies the history to a database and checks it. */
  checked(database: Place, entities: readonly EntitySchema[]): Promise<Findings> {
    return this.use(database, entities, async (dataSource) => {
      await migrateUp(dataSource);
      return findings(dataSource);
    });
  }

  /** Applies the history, and reads something of the database. */
  read(database: Place, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.use(database, [], async (dataSource) => {
      await migrateUp(dataSource);
      return dataSource.query(sql);
    });
  }

  /** Reverts the whole history. */
  reverted(database: Place): Promise<void> {
    return this.use(database, [], async (dataSource) => {
      await migrateDown(dataSource, { target: 'base' });
    });
  }

  /** How many revisions it has. */
  get length(): number {
    return this.#migrations.length;
  }

  /** Lends a DataSource with these entities and the whole history, or its beginning. */
  async use<T>(
    database: Place,
    entities: readonly EntitySchema[],
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T> {
    const migrations = this.#migrations.slice(0, database.length ?? this.length);
    const options = { ...this.options, entities: [...entities], migrations };
    const dataSource = this.prepare(plainDataSource(database, options));
    await dataSource.initialize();
    try {
      return await use(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }

  #source(entities: readonly EntitySchema[]): DataSource {
    const where =
      this.dialect === 'sqlite'
        ? { type: chooseSqliteDriver().type, database: '/nowhere/shop.db' }
        : { type: 'postgres', database: 'nowhere' };
    const all = { ...this.options, ...where, entities: [...entities], migrations: this.#migrations };
    return this.prepare(new DataSource(all as DataSourceOptions));
  }
}

/** The statements of a dialect, one a line. */
export function statementsIn(
  { revisions }: GenerateReport,
  dialect: DialectName,
  direction: 'up' | 'down' = 'up',
): string {
  return revisions.flatMap((one) => one[dialect][direction]).join('\n');
}
