import { join } from 'node:path';
import type { DataSource, EntitySchema } from 'typeorm';
import type { GenerateOptions, GenerateReport } from '../../../../src/generate/generate-revisions.js';
import { compareCatalogs, readRawCatalog } from '../../../../src/generate/verify/raw-catalog.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import type { TestDatabase } from '../../../support/databases.js';
import { History } from '../history.js';

/** A change of entities, and the confirmations. */
export interface Pair {
  readonly before: readonly EntitySchema[];
  readonly after: readonly EntitySchema[];
  readonly words?: Partial<GenerateOptions>;
  /** Statements between the first revision and the change. */
  readonly byHand?: readonly string[];
}

/** Where a database is between two releases. */
export type Stage = 'start' | 'expand' | 'contract';

interface Place {
  readonly database: TestDatabase;
  readonly history: History;
  /** How many revisions the release before it has. */
  readonly former: number;
}

/** A database that goes through a change in phases, used by the release before it and the one after it. */
export class PhasedWorld {
  private constructor(
    readonly pair: Pair,
    private readonly place: Place,
    readonly report: GenerateReport,
  ) {}

  /** Generates the change in phases. */
  static lend<T>(database: TestDatabase, pair: Pair, use: (world: PhasedWorld) => Promise<T>): Promise<T> {
    return PhasedWorld.#lend({ database, isPhased: true }, pair, use);
  }

  /** The catalog behind the same change in one step. */
  static plainCatalog(database: TestDatabase, pair: Pair): Promise<readonly string[]> {
    return PhasedWorld.#lend({ database, isPhased: false }, pair, async (world) => {
      await world.bring('contract');
      const catalog = await world.catalog();
      await world.as('after', (one) =>
        one.query('DROP SCHEMA IF EXISTS work CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public'),
      );
      return catalog;
    });
  }

  static #lend<T>(
    { database, isPhased }: { readonly database: TestDatabase; readonly isPhased: boolean },
    pair: Pair,
    use: (world: PhasedWorld) => Promise<T>,
  ): Promise<T> {
    return History.lend(database.dialect, async (history) => {
      history.isPhased = isPhased;
      await history.generate(pair.before, { name: 'Initial' });
      if (pair.byHand) history.byHand(pair.byHand);
      const former = history.length;
      const report = await history.generate(pair.after, { name: 'Change', ...pair.words });
      return use(new PhasedWorld(pair, { database, history, former }, report));
    });
  }

  /** The snapshot of the newer release. */
  get snapshot(): string {
    return join(this.place.history.folder, 'snapshot.json');
  }

  /** The names of its revisions of a phase. */
  ids(phase: 'expand' | 'contract'): readonly string[] {
    return this.report.revisions.filter((one) => one.phase === phase).map(({ id }) => id);
  }

  /** Brings the database to a stage, up or down. */
  async bring(stage: Stage): Promise<void> {
    await this.as('after', async (dataSource) => {
      const first = this.report.revisions[0]?.id ?? '';
      const ids = dataSource.migrations.map((one) => one.name ?? one.constructor.name);
      const start = ids[ids.indexOf(first) - 1] ?? 'base';
      const expand = this.ids('expand').at(-1) ?? start;
      const target = stage === 'start' ? start : stage === 'expand' ? expand : (ids.at(-1) ?? '');
      const applied = await appliedIn(dataSource);
      await (applied.includes(target) && applied.at(-1) !== target ? migrateDown : migrateUp)(dataSource, {
        target,
        allow: { forceContract: true },
      });
    });
  }

  /** Uses the database as one of the two releases does. */
  as<T>(release: 'before' | 'after', use: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const { database, history, former } = this.place;
    const length = release === 'before' ? former : history.length;
    return history.use({ target: database.target, length }, this.pair[release], use);
  }

  /** The catalog as PostgreSQL has it. */
  catalog(): Promise<readonly string[]> {
    return this.as('after', async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      try {
        return await readRawCatalog(runner);
      } finally {
        await runner.release();
      }
    });
  }
}

async function appliedIn(dataSource: DataSource): Promise<readonly string[]> {
  const [{ there } = { there: null }] = await dataSource.query<readonly { readonly there: string | null }[]>(
    "SELECT to_regclass('migrations') AS there",
  );
  if (there === null) return [];
  const rows = await dataSource.query<readonly { readonly name: string }[]>(
    'SELECT name FROM migrations ORDER BY id',
  );
  return rows.map(({ name }) => name);
}

/** What differs between two catalogs. */
export { compareCatalogs };
