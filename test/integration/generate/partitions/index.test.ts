import { expect } from 'chai';
import { pathToFileURL } from 'node:url';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { lint } from '../../../../src/lint/lint.js';
import type { PartitionOptions } from '../../../../src/partitioned.js';
import { execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { LOOSE, revertedTo, treeOf } from '../../../support/parted-history.js';
import { partitionedEntity } from '../../../support/partitioned-entity.js';
import { IN_SYNC, plainDataSource, type Rest } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

const THIRDS: PartitionOptions = { by: 'id', strategy: 'hash', partitions: 3 };
const MONTHLY: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 2 };

/** A table that is divided in one of two ways. */
function event(options: PartitionOptions | undefined, rest: Rest = {}): EntitySchema {
  return partitionedEntity('event', options, {
    columns: {
      id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk' },
      at: { type: 'timestamptz', primary: true, primaryKeyConstraintName: 'pk' },
      kind: { type: 'text', nullable: true },
    },
    ...rest,
  });
}

const INDEXED: Rest = { indices: [{ name: 'ix_kind', columns: ['kind'] }] };
const ROWS = `INSERT INTO event (id, at, kind)
  SELECT n, date_trunc('month', now()) + (n % 3) * interval '1 month', n % 7 FROM generate_series(1, 900) n`;

onDatabase('postgres', 'A further index of a partitioned table (PostgreSQL)', (database) => {
  for (const [title, options] of Object.entries({ hash: THIRDS, range: MONTHLY }))
    it(`One of a table by ${title} is built on each partition beside others, and down drops it`, () =>
      History.lend('postgres', async (history) => {
        await history.generate([event(options)]);
        await history.checked(database(), [event(options)]);
        await execute(database(), [ROWS]);
        const { length } = history;
        const report = await history.generate([event(options, INDEXED)]);
        expect(report.warnings).to.deep.equal([]);
        expect(statementsIn(report, 'postgres').split('\n')[0]).to.equal(
          'CREATE INDEX "ix_kind" ON ONLY "event" ("kind")',
        );
        expect(report.revisions.map(({ transaction }) => transaction)).to.deep.equal([true, false]);
        expect(await history.checked(database(), [event(options, INDEXED)])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), treeOf('ix_kind'))).to.deep.equal([{ valid: true, count: 4 }]);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
        const place = { database: database(), length };
        expect(await revertedTo(history, place, [event(options)])).to.deep.equal(IN_SYNC);
        expect(await history.checked(database(), [event(options, INDEXED)])).to.deep.equal(IN_SYNC);
        expect((await history.generate([event(options, INDEXED)])).revisions).to.deep.equal([]);
        await history.reverted(database());
      }));

  it('One that goes and comes back is the same, and so is one that changes or gets another name', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(THIRDS, INDEXED)]);
      await history.checked(database(), []);
      await execute(database(), [ROWS]);
      const steps: readonly Rest[] = [
        {},
        INDEXED,
        { indices: [{ name: 'ix_other', columns: ['kind'] }] },
        { indices: [{ name: 'ix_other', columns: ['at', 'kind'], where: `kind <> '100%'` }] },
        { indices: [{ name: 'ix_other', columns: ['kind', 'at'] }] },
      ];
      for (const rest of steps) {
        const { warnings } = await history.generate([event(THIRDS, rest)]);
        expect(warnings).to.deep.equal([]);
        expect(await history.checked(database(), [event(THIRDS, rest)])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
      }
      await history.reverted(database());
    }));

  it('A table that is partitioned by hand gets one in the same way, at every level', () =>
    History.lend('postgres', async (history) => {
      history.byHand(
        [
          'CREATE TABLE "event" ("id" integer, "at" timestamptz, "kind" text, CONSTRAINT "pk" PRIMARY KEY ("id", "at")) PARTITION BY HASH ("id")',
          'CREATE TABLE "even" PARTITION OF "event" FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
          'CREATE TABLE "odd" PARTITION OF "event" FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY HASH ("id")',
          `CREATE TABLE "odd % 'one'" PARTITION OF "odd" FOR VALUES WITH (MODULUS 2, REMAINDER 0)`,
          `CREATE TABLE "odd_${'x'.repeat(55)}" PARTITION OF "odd" FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
        ],
        ['DROP TABLE "event"'],
      );
      const { length } = history;
      const divided = ['table-option event.PARTITION BY HASH (id)'];
      await history.generate([event(undefined, INDEXED)]);
      const found = await history.checked(database(), [event(undefined, INDEXED)]);
      expect(found).to.deep.equal({ ...IN_SYNC, unmanaged: divided });
      expect(await rowsOf(database(), treeOf('ix_kind'))).to.deep.equal([{ valid: true, count: 5 }]);
      const place = { database: database(), length };
      expect((await revertedTo(history, place, [event(undefined)])).changes).to.deep.equal([]);
    }));

  it('In expand and contract, an index comes with expand and a unique constraint with contract', () =>
    History.lend('postgres', async (history) => {
      history.isPhased = true;
      await history.generate([event(THIRDS)]);
      await history.checked(database(), []);
      await execute(database(), [ROWS]);
      const both = event(THIRDS, { ...INDEXED, uniques: [{ name: 'uq', columns: ['kind', 'id', 'at'] }] });
      const { revisions } = await history.generate([both]);
      expect(revisions.map(({ phase, transaction }) => [phase, transaction])).to.deep.equal([
        ['expand', true],
        ['expand', false],
        ['contract', true],
        ['contract', false],
      ]);
      expect(await history.checked(database(), [both])).to.deep.equal(IN_SYNC);
      await history.reverted(database());
    }));

  it('A plain class of TypeORM asks the same query, and TypeORM runs it', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(THIRDS)]);
      await history.checked(database(), []);
      await execute(database(), [ROWS]);
      const { files } = await history.generate([event(THIRDS, INDEXED)], { format: 'typeorm' });
      const classes: (new () => MigrationInterface)[] = [];
      for (const path of files.filter((file) => file.endsWith('.ts') && !file.endsWith('index.ts'))) {
        const made = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
        classes.push(...(Object.values(made) as (new () => MigrationInterface)[]));
      }
      const dataSource = await plainDataSource(database(), { migrations: classes }).initialize();
      try {
        await dataSource.runMigrations({ transaction: 'each' });
        expect(await rowsOf(database(), treeOf('ix_kind'))).to.deep.equal([{ valid: true, count: 4 }]);
      } finally {
        await dataSource.destroy();
      }
    }));

  it('Lint finds nothing in what is generated', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(THIRDS)]);
      await history.generate([event(THIRDS, INDEXED)]);
      await history.use(database(), [], async ({ migrations }) => {
        const { findings } = await lint(migrations);
        expect(findings.filter(({ rule }) => rule !== 'integer-key')).to.deep.equal([]);
      });
    }));
});
