import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { lint } from '../../../../src/lint/lint.js';
import type { PartitionOptions } from '../../../../src/partitioned.js';
import { execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { runOffline } from '../../../support/offline-run.js';
import { LOOSE, revertedTo, treeOf } from '../../../support/parted-history.js';
import { partitionedEntity } from '../../../support/partitioned-entity.js';
import { serverVersion } from '../../../support/server-databases.js';
import { entity, IN_SYNC, type Rest } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

const MONTHLY: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 2 };
const job = entity('job', { name: { type: 'text', nullable: true } });

function event(rest: Rest = {}, schema?: string): EntitySchema {
  return partitionedEntity('event', MONTHLY, {
    columns: {
      id: { type: 'integer', primary: true },
      at: { type: 'timestamptz', primary: true },
      n: { type: 'integer', nullable: true },
      jobId: { type: 'integer', nullable: true },
    },
    ...(schema === undefined ? {} : { schema }),
    ...rest,
  });
}

const UNIQUE: Rest = { uniques: [{ name: 'uq_n', columns: ['n', 'at'], deferrable: 'INITIALLY DEFERRED' }] };
const rows = (table: string) => [
  `INSERT INTO job (id, name) SELECT n, 'a' FROM generate_series(1, 9) n`,
  `INSERT INTO ${table} (id, at, n, "jobId")
     SELECT n, date_trunc('month', now()) + (n % 3) * interval '1 month', n, n % 9 + 1 FROM generate_series(1, 300) n`,
];

/** Constraints of these, and whether each is validated and belongs to that of the table. */
const KEYS = (name: string) => `SELECT count(*)::integer AS count, bool_and(convalidated) AS valid,
   count(*) FILTER (WHERE conparentid = 0)::integer AS roots FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
   WHERE k.conname = '${name}' AND c.relname LIKE 'event%'`;

onDatabase('postgres', 'Further keys of a partitioned table (PostgreSQL)', (database) => {
  for (const schema of [undefined, 'audit'])
    it(`A unique constraint is added to each partition, in ${schema ?? 'the default schema'}`, () =>
      History.lend('postgres', async (history) => {
        const before = [job, event({}, schema)];
        await history.generate(before);
        await history.checked(database(), before);
        await execute(database(), rows(schema === undefined ? 'event' : `${schema}.event`));
        const { length } = history;
        const report = await history.generate([job, event(UNIQUE, schema)]);
        expect(report.warnings).to.deep.equal([]);
        expect(statementsIn(report, 'postgres')).to.contain('ALTER TABLE ONLY ');
        expect(await history.checked(database(), [job, event(UNIQUE, schema)])).to.deep.equal(IN_SYNC);
        const path = schema === undefined ? 'uq_n' : `${schema}.uq_n`;
        expect(await rowsOf(database(), treeOf(path))).to.deep.equal([{ valid: true, count: 4 }]);
        const place = { database: database(), length };
        expect(await revertedTo(history, place, before)).to.deep.equal(IN_SYNC);
        await history.use(database(), [], ({ migrations }) =>
          runOffline(
            database(),
            { entities: [], migrations: migrations.map(({ constructor }) => constructor as new () => never) },
            { direction: 'up', target: `${migrations[length - 1]?.constructor.name ?? ''}..head` },
          ),
        );
        expect(await history.checked(database(), [job, event(UNIQUE, schema)])).to.deep.equal(IN_SYNC);
        await history.reverted(database());
      }));

  it('A unique constraint or index that changes is replaced, and lint finds nothing', () =>
    History.lend('postgres', async (history) => {
      await history.generate([job, event(UNIQUE)]);
      await history.checked(database(), []);
      await execute(database(), rows('event'));
      const steps: readonly Rest[] = [
        { uniques: [{ name: 'uq_n', columns: ['at', 'n'] }] },
        { uniques: [{ name: 'uq_other', columns: ['at', 'n'] }] },
        { indices: [{ name: 'ux_n', columns: ['n', 'at'], unique: true }] },
        {},
        UNIQUE,
      ];
      for (const rest of steps) {
        await history.generate([job, event(rest)]);
        expect(await history.checked(database(), [job, event(rest)])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
      }
      await history.use(database(), [], async ({ migrations }) => {
        const { findings } = await lint(migrations);
        expect(findings.filter(({ rule }) => rule !== 'integer-key')).to.deep.equal([]);
      });
      await history.reverted(database());
    }));

  it('A primary key that changes is generated before version 18, and refused by name since then', () =>
    History.lend('postgres', async (history) => {
      await history.generate([job, event()]);
      await history.checked(database(), []);
      await execute(database(), rows('event'));
      const wider = partitionedEntity('event', MONTHLY, {
        columns: {
          id: { type: 'integer', primary: true },
          at: { type: 'timestamptz', primary: true },
          n: { type: 'integer', primary: true },
          jobId: { type: 'integer', nullable: true },
        },
      });
      const generated = history.generate([job, wider], { backfills: ['event.n=0'] });
      if ((await serverVersion()) < 180_000) {
        await generated;
        expect(await history.checked(database(), [job, wider])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
        return;
      }
      const error: unknown = await generated.catch((reason: unknown) => reason);
      expect((error as Error).message).to.contain(
        'PostgreSQL does not build or drop an index of a partitioned table CONCURRENTLY. Write the revision by hand',
      );
    }));

  it('A unique constraint that rows of one partition violate names the partition', () =>
    History.lend('postgres', async (history) => {
      await history.generate([job, event()]);
      await history.checked(database(), []);
      const twin = `INSERT INTO event (id, at, n) SELECT id, now() + interval '1 month', 7 FROM generate_series(1, 2) id`;
      await execute(database(), [twin]);
      await history.generate([job, event(UNIQUE)]);
      const error: unknown = await history.checked(database(), []).catch((reason: unknown) => reason);
      expect((error as Error).message).to.match(/could not create unique index "uq_n_event_p\d{4}_\d\d"/);
      await execute(database(), ['DELETE FROM event WHERE id = 2']);
      expect(await history.checked(database(), [job, event(UNIQUE)])).to.deep.equal(IN_SYNC);
    }));

  it('A foreign key is checked without blocking writes, and on an older server on each partition first', () =>
    History.lend('postgres', async (history) => {
      const referring = event({
        foreignKeys: [
          { target: 'job', columnNames: ['jobId'], referencedColumnNames: ['id'], name: 'fk_job' },
        ],
      });
      await history.generate([job, event()]);
      await history.checked(database(), []);
      await execute(database(), rows('event'));
      const { length } = history;
      const report = await history.generate([job, referring]);
      expect(report.warnings).to.deep.equal([]);
      const isOld = (await serverVersion()) < 180_000;
      expect(statementsIn(report, 'postgres').includes('gexec')).to.equal(isOld);
      expect(await history.checked(database(), [job, referring])).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), KEYS('fk_job'))).to.deep.equal([{ count: 4, valid: true, roots: 1 }]);
      const place = { database: database(), length };
      expect(await revertedTo(history, place, [job, event()])).to.deep.equal(IN_SYNC);
      expect(await history.checked(database(), [job, referring])).to.deep.equal(IN_SYNC);
      await history.generate([job, event()]);
      expect(await history.checked(database(), [job, event()])).to.deep.equal(IN_SYNC);
      await history.use(database(), [], async ({ migrations }) => {
        const { findings } = await lint(migrations);
        expect(findings.filter(({ rule }) => rule !== 'integer-key')).to.deep.equal([]);
      });
      await history.reverted(database());
    }));
});
