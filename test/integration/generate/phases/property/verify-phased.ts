import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../../../src/drift/check-drift.js';
import { databaseOf } from '../../../../../src/databases/registry.js';
import { parseRenames } from '../../../../../src/generate/compare/renames.js';
import { fillTables } from '../../../../../src/generate/verify/fixtures/fill-tables.js';
import { keysToFill, schemaToFill } from '../../../../../src/generate/verify/fill-schema.js';
import { hintsOf } from '../../../../../src/generate/verify/hints.js';
import { compareCatalogs, readRawCatalog } from '../../../../../src/generate/verify/raw-catalog.js';
import { migrateDown, migrateUp } from '../../../../../src/migrator/migrate.js';
import { describeChange } from '../../../../../src/schema/describe-change.js';
import { newDatabase, type ChainDatabase } from '../../../../support/chain-database.js';
import { introspected } from '../../verify-scratch.js';
import { classesOf, dataSourceOn, onRealDatabase, type Pair, type Revisions } from '../../property/run.js';
import type { PhasedHistory } from './phased-run.js';
import { keptColumns, tablesOfBoth } from './row-values.js';
import { rowsOf, Turns, type Counted, type Models } from './turns.js';

/** A pair with its history. */
export interface PhasedPair {
  readonly models: Models;
  readonly pair: Pick<Pair, 'before' | 'after' | 'words'>;
  readonly history: PhasedHistory;
  readonly counted: Counted;
}

/** Goes through expand and contract and back, with both releases connected, and compares with the plain change. */
export async function verifyPhased(given: PhasedPair): Promise<void> {
  const database = await newDatabase('postgres');
  try {
    await new Verification(given, database).run();
  } finally {
    await database.remove();
  }
}

class Verification {
  readonly #all: Revisions;
  readonly #former: string;
  readonly #expand: string;

  constructor(
    private readonly given: PhasedPair,
    private readonly database: ChainDatabase,
  ) {
    const { first, phased } = given.history;
    this.#all = [...first, ...classesOf(phased)];
    this.#former = first.at(-1)?.name ?? 'base';
    const expand = phased.revisions.filter(({ part }) => part.releasePhase !== 'contract');
    this.#expand = expand.at(-1)?.id ?? this.#former;
  }

  async run(): Promise<void> {
    const { models } = this.given;
    const start = await this.#next(async (dataSource) => {
      await migrateUp(dataSource, { target: this.#former });
      await this.#fill(dataSource);
      return catalogOf(dataSource);
    });
    await this.#migrate('up', this.#expand);
    await this.#turns(0);
    await this.#migrate('up', this.#all.at(-1)?.name ?? '');
    const rows = await this.#next(async (dataSource) => {
      expect(await differences(dataSource), 'drift after contract').to.deep.equal([]);
      const plain = await this.#plainCatalog();
      expect(compareCatalogs(plain, await catalogOf(dataSource)), 'catalog after contract').to.deep.equal([]);
      return this.#rows(dataSource);
    });
    await this.#migrate('down', this.#expand);
    await this.#turns(500);
    await this.#migrate('down', this.#former);
    await this.#old(async (dataSource) => {
      expect(compareCatalogs(start, await catalogOf(dataSource)), 'catalog after down').to.deep.equal([]);
      expect(await differences(dataSource), 'drift after down').to.deep.equal([]);
      expect(await this.#rows(dataSource), 'rows after down').to.deep.equal(rows);
    });
    expect(tablesOfBoth(models.before, models.after)).to.not.deep.equal([]);
  }

  async #turns(start: number): Promise<void> {
    const { models, counted } = this.given;
    await this.#old((before) =>
      this.#next(async (after) => {
        expect(await differences(before), 'drift of the older release').to.deep.equal([]);
        expect(await differences(after), 'drift of the newer release').to.deep.equal([]);
        await new Turns(models, { before, after }, counted).take(start);
      }),
    );
  }

  #migrate(direction: 'up' | 'down', target: string): Promise<unknown> {
    return this.#next((dataSource) => (direction === 'up' ? migrateUp : migrateDown)(dataSource, { target }));
  }

  async #rows(dataSource: DataSource): Promise<readonly (readonly string[])[]> {
    const { before, after } = this.given.models;
    const tables: (readonly string[])[] = [];
    for (const two of tablesOfBoth(before, after))
      tables.push(await rowsOf(dataSource, two, keptColumns(two, after)));
    return tables;
  }

  /** Rows that the change can convert. */
  async #fill(dataSource: DataSource): Promise<void> {
    const { pair, history } = this.given;
    const desired = history.phased.snapshot.schemas.postgres;
    const queryRunner = dataSource.createQueryRunner();
    try {
      const head = await introspected(queryRunner);
      if (!desired) throw new Error('There is no schema of PostgreSQL.');
      const renames = parseRenames(pair.words, { head, desired });
      const of = { head, desired, filled: new Set<string>(), renames };
      const { sql } = await databaseOf(dataSource).planner();
      await fillTables(queryRunner, schemaToFill(of, sql), { hints: hintsOf(of), keys: keysToFill(of) });
    } finally {
      await queryRunner.release();
    }
  }

  #plainCatalog(): Promise<readonly string[]> {
    const { history, pair } = this.given;
    const migrations = [...history.first, ...classesOf(history.plain)];
    return onRealDatabase('postgres', { entities: pair.after, migrations }, async (dataSource) => {
      await migrateUp(dataSource);
      return catalogOf(dataSource);
    });
  }

  /** The release before. */
  #old<T>(use: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const { pair, history } = this.given;
    return connected(dataSourceOn(this.database.target, pair.before, history.first), use);
  }

  /** The release after. */
  #next<T>(use: (dataSource: DataSource) => Promise<T>): Promise<T> {
    return connected(dataSourceOn(this.database.target, this.given.pair.after, this.#all), use);
  }
}

async function connected<T>(dataSource: DataSource, use: (one: DataSource) => Promise<T>): Promise<T> {
  await dataSource.initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function differences(dataSource: DataSource): Promise<readonly string[]> {
  const { changes, uncomparable } = await checkDrift(dataSource);
  return [...changes.map(describeChange), ...uncomparable.map((one) => JSON.stringify(one))];
}

async function catalogOf(dataSource: DataSource): Promise<readonly string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await readRawCatalog(queryRunner);
  } finally {
    await queryRunner.release();
  }
}
