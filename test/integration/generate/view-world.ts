/** A history that the generator writes with entities of views, and databases on which it runs. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DataSource,
  Index,
  ViewColumn,
  ViewEntity,
  EntitySchema,
  EntitySchemaOptions,
  type EntitySchemaColumnOptions,
  type MigrationInterface,
} from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import {
  findMissingChanges,
  generateRevisions,
  type GenerateOptions,
  type GenerateReport,
} from '../../../src/generate/generate-revisions.js';
import type { TestDatabase } from '../../support/databases.js';
import { generatedClass } from '../../support/generated-class.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { plainDataSource } from '../drift/no-false-alarm-database.js';

type Class = new () => MigrationInterface;
type Entities = readonly (EntitySchema | Function)[];

/** A table with a primary key `id` and further columns. */
export function table(
  name: string,
  columns: Readonly<Record<string, EntitySchemaColumnOptions>>,
): EntitySchema {
  const id = { type: 'integer', primary: true, primaryKeyConstraintName: `pk_${name}` } as const;
  const declared = { name, tableName: name, columns: { id, ...columns } };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), declared));
}

/** A view by its text. */
export function view(name: string, expression: string, more: object = {}): EntitySchema {
  const columns = { id: { type: 'integer' } } as const;
  const declared = { name, tableName: name, type: 'view' as const, expression, columns, ...more };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), declared));
}

/** A materialized view with a unique index on its key, or without; only a class can be one. */
export function materialized(
  name: string,
  expression: string,
  {
    columns,
    key = 'id',
    isIndexed = true,
  }: { readonly columns: readonly string[]; readonly key?: string; readonly isIndexed?: boolean },
): Function {
  const Stored = class {};
  ViewEntity({ name, expression, materialized: true })(Stored);
  for (const column of columns) ViewColumn({ name: column })(Stored.prototype, column);
  if (isIndexed) Index('ix_stored', [key], { unique: true })(Stored);
  return Stored;
}

/** A history in a folder of its own. */
export class ViewWorld {
  readonly migrations: Class[] = [];
  #stamp = 1_795_700_000_000;

  private constructor(
    readonly dialect: DialectName,
    readonly folder: string,
  ) {}

  static async make(dialect: DialectName): Promise<ViewWorld> {
    return new ViewWorld(dialect, await mkdtemp(join(tmpdir(), 'orchestrator-db-views-')));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Generates and writes what leads to the entities. */
  async generate(entities: Entities, options: Partial<GenerateOptions> = {}): Promise<GenerateReport> {
    const report = await generateRevisions(this.#source(entities), {
      ...{
        folder: this.folder,
        name: 'Change',
        now: (this.#stamp += 60_000),
        oneStep: true,
        scratchUrl: urlOf(postgresServer()),
      },
      ...options,
    });
    this.migrations.push(...report.revisions.map(generatedClass));
    return report;
  }

  /** What `generate --check` reports. */
  async missing(entities: Entities): Promise<readonly string[]> {
    const options = { folder: this.folder, scratchUrl: urlOf(postgresServer()) };
    const { changes } = await findMissingChanges(this.#source(entities), options);
    return changes[this.dialect] ?? [];
  }

  /** Continues with a list of statements. */
  byHand(up: readonly string[], down: readonly string[] = []): void {
    this.migrations.push(revision(`ByHand${(this.#stamp += 60_000)}`, up, down));
  }

  /** A connection with the history and these entities. */
  async connected<T>(
    database: TestDatabase,
    entities: Entities,
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T> {
    const options = { entities: [...entities], migrations: this.migrations };
    const dataSource = await plainDataSource(database, options).initialize();
    try {
      return await use(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }

  #source(entities: Entities): DataSource {
    const where =
      this.dialect === 'sqlite'
        ? { type: chooseSqliteDriver().type, database: '/nowhere/shop.db' }
        : ({ type: 'postgres', database: 'nowhere' } as const);
    return new DataSource({ ...where, entities: [...entities], migrations: this.migrations });
  }
}
