import { expect } from 'chai';
import type { DataSource, EntitySchema } from 'typeorm';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { ContractAwaitedError } from '../../../../src/errors/phases.js';
import type { GenerateOptions } from '../../../../src/generate/generate-revisions.js';
import { readRawCatalog } from '../../../../src/generate/verify/raw-catalog.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { describeChange } from '../../../../src/schema/describe-change.js';
import { onDatabase, type TestDatabase } from '../../../support/databases.js';
import { failureOf } from '../../../support/failures.js';
import { beatOf } from '../../../support/phased.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { History } from '../history.js';
import { compareCatalogs } from './phased-world.js';

function table(name: string, columns: Columns, rest: Rest = {}): EntitySchema {
  return entity(name, columns, { tableName: name, ...rest });
}

const TEXT = { type: 'text' } as const;
const OPTIONAL = { type: 'text', nullable: true } as const;
const LOG = table('log', { text: TEXT });

/** The entities of three releases, and the answers for the second and the third one. */
interface Releases {
  readonly entities: readonly (readonly EntitySchema[])[];
  readonly words: readonly Partial<GenerateOptions>[];
}

const FIRST = [table('job', { task: TEXT }, { indices: [{ name: 'ix', columns: ['task'] }] }), LOG];
const SECOND = table('job', { descr: TEXT }, { indices: [{ name: 'ix', columns: ['descr'] }] });
const RENAME = { renames: ['job.task:descr'] };

const APART: Readonly<Record<string, Releases>> = {
  'a renamed column of another table': {
    entities: [FIRST, [SECOND, LOG], [SECOND, table('log', { words: TEXT })]],
    words: [RENAME, { renames: ['log.text:words'] }],
  },
  'another column of the same table': {
    entities: [
      FIRST,
      [SECOND, LOG],
      [table('job', { descr: TEXT, more: OPTIONAL }, { indices: [{ name: 'ix', columns: ['descr'] }] }), LOG],
    ],
    words: [RENAME, {}],
  },
  'a dropped column beside a new required one': {
    entities: [
      [table('job', { old: TEXT, n: OPTIONAL })],
      [table('job', { n: OPTIONAL })],
      [table('job', { n: OPTIONAL, rank: { type: 'integer' } })],
    ],
    words: [{ drops: ['job.old'], backfills: ["job.old='x'"] }, { backfills: ['job.rank=1'] }],
  },
};

const SAME: Readonly<Record<string, Releases>> = {
  'the same column renamed again': {
    entities: [
      FIRST,
      [SECOND, LOG],
      [table('job', { note: TEXT }, { indices: [{ name: 'ix', columns: ['note'] }] }), LOG],
    ],
    words: [RENAME, { renames: ['job.descr:note'] }],
  },
  'the renamed column dropped': {
    entities: [FIRST, [SECOND, LOG], [table('job', {}), LOG]],
    words: [RENAME, { drops: ['job.descr'], backfills: ["job.descr='x'"] }],
  },
  'a unique constraint of the renamed column': {
    entities: [
      FIRST,
      [SECOND, LOG],
      [
        table('job', { descr: TEXT, n: OPTIONAL }, { uniques: [{ name: 'uq', columns: ['n', 'descr'] }] }),
        LOG,
      ],
    ],
    words: [RENAME, {}],
  },
};

/** Three releases on a database. */
class ThreeReleases {
  readonly #lengths: number[] = [];
  readonly groups: (readonly { readonly id: string; readonly phase: string }[])[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly history: History,
    private readonly releases: Releases,
  ) {}

  static lend<T>(
    database: TestDatabase,
    releases: Releases,
    use: (world: ThreeReleases) => Promise<T>,
  ): Promise<T> {
    return History.lend('postgres', async (history) => {
      history.isPhased = true;
      const world = new ThreeReleases(database, history, releases);
      for (const [index, entities] of releases.entities.entries()) {
        const report = await history.generate(entities, {
          name: `Group${'ABC'[index] ?? ''}`,
          ...releases.words[index - 1],
        });
        world.groups.push(report.revisions);
        world.#lengths.push(history.length);
      }
      return use(world);
    });
  }

  as<T>(release: number, use: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const length = this.#lengths[release] ?? 0;
    return this.history.use(
      { target: this.database.target, length },
      this.releases.entities[release] ?? [],
      use,
    );
  }

  ids(group: number, phase: string): readonly string[] {
    return (this.groups[group] ?? []).filter((one) => one.phase === phase).map(({ id }) => id);
  }

  /** The head of a release. */
  head(release: number): string {
    return this.groups[release]?.at(-1)?.id ?? '';
  }

  async differences(release: number): Promise<readonly string[]> {
    return this.as(release, async (dataSource) => {
      const { changes } = await checkDrift(dataSource);
      return changes.map((change) => `${release}: ${describeChange(change)}`);
    });
  }

  catalog(): Promise<readonly string[]> {
    return this.as(2, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      try {
        return await readRawCatalog(runner);
      } finally {
        await runner.release();
      }
    });
  }

  /** A process of a release in place of all others. */
  async beating(release: number): Promise<void> {
    await this.as(2, (dataSource) =>
      dataSource.query(`DELETE FROM "migrations_heartbeat" WHERE "replica" <> ''`),
    );
    await beatOf(this.database, { head: this.head(release) });
  }
}

onDatabase('postgres', 'Two groups of which the first one waits for its contract', (database) => {
  for (const [what, releases] of Object.entries(APART))
    it(`are applied beside each other where they touch nothing in common: ${what}`, async function () {
      this.timeout(120_000);
      await ThreeReleases.lend(database(), releases, async (world) => {
        const newest = 2;
        await world.as(0, (dataSource) => migrateUp(dataSource));
        const start = await world.catalog();
        await world.beating(0);
        const first = await world.as(newest, (dataSource) => migrateUp(dataSource));
        expect(first.done.map(({ id }) => id)).to.deep.equal([
          ...world.ids(1, 'expand'),
          ...world.ids(2, 'expand'),
        ]);
        expect(first.awaitingContract?.map(({ id }) => id)).to.deep.equal([
          ...world.ids(1, 'contract'),
          ...world.ids(2, 'contract'),
        ]);
        for (const release of [0, 1, 2]) expect(await world.differences(release)).to.deep.equal([]);
        await world.beating(1);
        const second = await world.as(newest, (dataSource) => migrateUp(dataSource));
        expect(second.done.map(({ id }) => id)).to.deep.equal(world.ids(1, 'contract'));
        for (const release of [1, 2]) expect(await world.differences(release)).to.deep.equal([]);
        await world.beating(2);
        const third = await world.as(newest, (dataSource) => migrateUp(dataSource));
        expect(third.done.map(({ id }) => id)).to.deep.equal(world.ids(2, 'contract'));
        expect(await world.differences(newest)).to.deep.equal([]);
        await world.as(newest, (dataSource) => migrateDown(dataSource, { target: world.head(0) }));
        expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
        expect(await world.differences(0)).to.deep.equal([]);
      });
    });

  for (const [what, releases] of Object.entries(SAME))
    it(`are refused, naming both, where the second one touches what the first one still changes: ${what}`, async function () {
      this.timeout(120_000);
      await ThreeReleases.lend(database(), releases, async (world) => {
        await world.as(0, (dataSource) => migrateUp(dataSource));
        await world.beating(0);
        const error = await world.as(2, (dataSource) => failureOf(migrateUp(dataSource)));
        expect(error).to.be.instanceOf(ContractAwaitedError);
        const [contract = ''] = world.ids(1, 'contract');
        const late = world.groups[2]?.find(({ id }) => error.message.startsWith(`${id}: `));
        expect(late?.phase).to.equal('expand');
        expect(error.message).to.contain(
          `touches what the contract revision ${contract} still has to change`,
        );
        await world.as(1, (dataSource) => migrateUp(dataSource));
        for (const release of [0, 1]) expect(await world.differences(release)).to.deep.equal([]);
        await world.beating(1);
        const report = await world.as(2, (dataSource) => migrateUp(dataSource));
        expect(report.done.map(({ id }) => id)).to.deep.equal([
          ...world.ids(1, 'contract'),
          ...world.ids(2, 'expand'),
        ]);
        for (const release of [1, 2]) expect(await world.differences(release)).to.deep.equal([]);
        await world.beating(2);
        await world.as(2, (dataSource) => migrateUp(dataSource));
        expect(await world.differences(2)).to.deep.equal([]);
      });
    });

  it('are completed by the next run, in whichever place the run before was ended', async function () {
    this.timeout(120_000);
    const releases = APART['a renamed column of another table']!;
    await ThreeReleases.lend(database(), releases, async (world) => {
      await world.as(0, (dataSource) => migrateUp(dataSource));
      const end = await world.as(2, async (dataSource) => {
        await migrateUp(dataSource);
        return world.catalog();
      });
      const ids = [...(world.groups[1] ?? []), ...(world.groups[2] ?? [])].map(({ id }) => id);
      for (const target of ids.filter((_, index) => index % 3 === 2)) {
        await world.as(2, async (dataSource) => {
          await migrateDown(dataSource, { target: world.head(0) });
          await migrateUp(dataSource, { target });
          await migrateUp(dataSource);
        });
        expect(await world.differences(2), target).to.deep.equal([]);
        expect(compareCatalogs(end, await world.catalog()), target).to.deep.equal([]);
      }
    });
  });
});
