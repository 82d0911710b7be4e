import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { PartitionOptions } from '../../../../src/partitioned.js';
import { onDatabase } from '../../../support/databases.js';
import { partitionedEntity } from '../../../support/partitioned-entity.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

const RANGE: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 2 };
const job = entity('job', { name: { type: 'text' } });

/** A table of everything that a partitioned table may have. */
function event(options: PartitionOptions, rest: Rest = {}): EntitySchema {
  return partitionedEntity('event', options, {
    columns: {
      id: { type: 'bigint', primary: true },
      at: { type: 'timestamptz', primary: true, default: () => 'now()' },
      kind: { type: 'enum', enum: ['OPEN', 'SHUT'], enumName: 'kind' },
      n: { type: 'integer', nullable: true },
      jobId: { type: 'integer', nullable: true },
    },
    uniques: [{ name: 'uq_n', columns: ['n', 'at'] }],
    indices: [{ name: 'ix_kind', columns: ['kind'] }],
    checks: [{ name: 'ck_n', expression: '"n" > 0' }],
    foreignKeys: [{ target: 'job', columnNames: ['jobId'], referencedColumnNames: ['id'], name: 'fk_job' }],
    ...rest,
  });
}

/** The partitions of a table, with their bounds. */
const PARTS = `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind <> 'i' AND c.relkind <> 'I' ORDER BY 1`;

onDatabase('postgres', 'A new partitioned table (PostgreSQL)', (database) => {
  it('A table by month gets the present partition, those ahead and a default one, and down drops all', () =>
    History.lend('postgres', async (history) => {
      const entities = [job, event({ ...RANGE, default: true })];
      const report = await history.generate(entities);
      expect(statementsIn(report, 'postgres')).to.contain(') PARTITION BY RANGE ("at")');
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
      const parts = await history.read(database(), PARTS);
      const months = await history.read(
        database(),
        `SELECT to_char(m, '"event_p"YYYY_MM') AS name FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC' + interval '2 months', interval '1 month') m`,
      );
      expect(parts.map(({ name }) => name)).to.deep.equal([
        'event_default',
        ...months.map(({ name }) => name),
      ]);
      await history.read(database(), `INSERT INTO job (name) VALUES ('a')`).catch(() => undefined);
      expect((await history.generate(entities)).revisions).to.deep.equal([]);
      await history.reverted(database());
    }));
});

/** Options, the names of the partitions, and what one of their bounds contains. */
const FORMS: Readonly<Record<string, readonly [PartitionOptions, readonly string[], string]>> = {
  'by list': [
    { by: 'kind', strategy: 'list', partitions: { open: ['OPEN'], shut: ['SHUT'] } },
    ['event_open', 'event_shut'],
    "FOR VALUES IN ('OPEN')",
  ],
  'by hash': [
    { by: 'id', strategy: 'hash', partitions: 3 },
    ['event_p0', 'event_p1', 'event_p2'],
    'modulus 3',
  ],
};

onDatabase('postgres', 'Other partitioned tables (PostgreSQL)', (database) => {
  for (const [title, [options, names, bound]] of Object.entries(FORMS))
    it(`A table ${title} has its partitions, and can be dropped and created again`, () =>
      History.lend('postgres', async (history) => {
        const own = partitionedEntity('event', options, {
          columns: {
            id: { type: 'integer', primary: true },
            kind: { type: 'text', primary: true },
          },
        });
        await history.generate([job, own]);
        expect(await history.checked(database(), [job, own])).to.deep.equal(IN_SYNC);
        const parts = await history.read(database(), PARTS);
        expect(parts.map(({ name }) => name)).to.deep.equal(names);
        expect(String(parts[0]?.['bound'])).to.contain(bound);
        await history.generate([job], { drops: ['event'] });
        expect((await history.read(database(), PARTS)).length).to.equal(0);
        await history.reverted(database());
      }));

  it('A table by month without a default partition is verified with rows, in a schema of its own', () =>
    History.lend('postgres', async (history) => {
      const own = event(RANGE, { schema: 'audit' });
      await history.generate([job, own]);
      expect(await history.checked(database(), [job, own])).to.deep.equal(IN_SYNC);
      const parts = await history.read(
        database(),
        `SELECT relname FROM pg_class WHERE relname ~ '^event_p' AND relkind = 'r' AND relnamespace = 'audit'::regnamespace`,
      );
      expect(parts.length).to.equal(3);
      const more = await history.generate([
        job,
        event(RANGE, {
          schema: 'audit',
          columns: {
            id: { type: 'bigint', primary: true },
            at: { type: 'timestamptz', primary: true, default: () => 'now()' },
            kind: { type: 'enum', enum: ['OPEN', 'SHUT'], enumName: 'kind' },
            n: { type: 'integer', nullable: true },
            jobId: { type: 'integer', nullable: true },
            more: { type: 'text', default: 'x' },
          },
        } as Rest),
      ]);
      expect(more.warnings).to.deep.equal([]);
      expect(statementsIn(more, 'postgres')).to.equal(
        `ALTER TABLE "audit"."event" ADD COLUMN "more" text DEFAULT 'x' NOT NULL`,
      );
    }));

  it('An index of the table that a partition lacks is a difference until it is attached', () =>
    History.lend('postgres', async (history) => {
      const columns: Columns = {
        id: { type: 'integer', primary: true },
        n: { type: 'integer', nullable: true },
      };
      const halves: PartitionOptions = { by: 'id', strategy: 'hash', partitions: 2 };
      await history.generate([partitionedEntity('event', halves, { columns })]);
      const own = partitionedEntity('event', halves, {
        columns,
        indices: [{ name: 'ix_n', columns: ['n'] }],
      });
      const part = (at: number) => [
        `CREATE INDEX "ix_${at}" ON "event_p${at}" ("n")`,
        `ALTER INDEX "ix_n" ATTACH PARTITION "ix_${at}"`,
      ];
      history.byHand(['CREATE INDEX "ix_n" ON ONLY "event" ("n")', ...part(0)]);
      expect((await history.checked(database(), [own])).changes).to.deep.equal([
        'alter-index: Index event.ix_n: valid is no, the entities declare yes.',
      ]);
      history.byHand(part(1));
      expect(await history.checked(database(), [own])).to.deep.equal(IN_SYNC);
    }));
});
