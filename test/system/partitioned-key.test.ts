import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { lint } from '../../src/lint/lint.js';
import type { PartitionOptions } from '../../src/partitioned.js';
import { sendTo, startDebianPostgres, type DebianPostgres } from '../support/debian-postgres.js';
import { runOffline } from '../support/offline-run.js';
import { LOOSE, revertedTo } from '../support/parted-history.js';
import { partitionedEntity } from '../support/partitioned-entity.js';
import { IN_SYNC } from '../integration/drift/no-false-alarm-database.js';
import { urlOf } from '../support/servers.js';
import { History, statementsIn } from '../integration/generate/history.js';

const MONTHLY: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 2 };

interface Form {
  readonly name?: string;
  /** Null where the entity does not declare how it is partitioned. */
  readonly options?: PartitionOptions | null;
  readonly schema?: string;
}

/** A table whose primary key has these columns. */
function event(key: readonly string[], { name = 'pk', options = MONTHLY, schema }: Form = {}): EntitySchema {
  const part = (column: string) =>
    key.includes(column) ? { primary: true as const, primaryKeyConstraintName: name } : {};
  return partitionedEntity('event', options ?? undefined, {
    columns: {
      id: { type: 'integer', ...part('id') },
      at: { type: 'timestamptz', ...part('at') },
      kind: { type: 'integer', ...part('kind') },
    },
    ...(schema === undefined ? {} : { schema }),
  });
}

const rows = (table = 'event') => [
  `INSERT INTO ${table} (id, at, kind)
     SELECT n, date_trunc('month', now()) + (n % 3) * interval '1 month', n % 7 FROM generate_series(1, 300) n`,
];
/** The primary keys of the table and its partitions, and how many of them belong to no other one. */
const KEYS = `SELECT count(*)::integer AS count, count(*) FILTER (WHERE conparentid = 0)::integer AS roots,
   bool_and(i.indisvalid) AS valid, count(DISTINCT array_length(conkey, 1))::integer AS lengths
   FROM pg_constraint k JOIN pg_index i ON i.indexrelid = k.conindid WHERE k.contype = 'p' AND k.conrelid IN (SELECT relid FROM pg_partition_tree('event'))`;
const ALL = { roots: 1, valid: true, lengths: 1 };

describe('The primary key of a partitioned table that exists, before PostgreSQL 18', () => {
  let server: DebianPostgres;
  let made = 0;
  before(async () => {
    server = await startDebianPostgres('postgis', 'postgresql-15-postgis-3');
  });
  after(() => server.stop());
  beforeEach(async () => {
    await send('postgres', `CREATE DATABASE keyed_${(made += 1)}`);
  });

  const database = () => ({
    dialect: 'postgres' as const,
    target: { ...server.target, database: `keyed_${made}` },
  });
  const scratch = () => ({ scratchUrl: urlOf(server.target) });

  const send = (name: string, ...statements: readonly string[]) =>
    sendTo({ ...server.target, database: name }, statements);
  const execute = (place: ReturnType<typeof database>, statements: readonly string[]) =>
    send(place.target.database, ...statements);
  const rowsOf = (place: ReturnType<typeof database>, sql: string) => send(place.target.database, sql);

  for (const [title, name] of Object.entries({ 'the same name': 'pk', 'another name': 'pk_other' }))
    it(`It gets another column and ${title}, and down takes it back`, () =>
      History.lend('postgres', async (history) => {
        const [before, after] = [event(['id', 'at']), event(['id', 'at', 'kind'], { name })];
        await history.generate([before], scratch());
        await history.checked(database(), [before]);
        await execute(database(), rows());
        const { length } = history;
        const report = await history.generate([after], scratch());
        expect(report.warnings).to.deep.equal([]);
        expect(statementsIn(report, 'postgres')).to.contain('CREATE UNIQUE INDEX CONCURRENTLY');
        expect(await history.checked(database(), [after])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), KEYS)).to.deep.equal([{ count: 4, ...ALL }]);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
        const place = { database: database(), length };
        expect(await revertedTo(history, place, [before])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
        await history.use(database(), [], ({ migrations }) =>
          runOffline(
            database(),
            { entities: [], migrations: migrations.map(({ constructor }) => constructor as new () => never) },
            { direction: 'up', target: `${migrations[length - 1]?.constructor.name ?? ''}..head` },
          ),
        );
        expect(await history.checked(database(), [after])).to.deep.equal(IN_SYNC);
        expect((await history.generate([after], scratch())).revisions).to.deep.equal([]);
        await history.reverted(database());
      }));

  it('A table without one gets it, at every level and in another schema, and its columns are NOT NULL', () =>
    History.lend('postgres', async (history) => {
      const keyed = event(['id', 'at'], { options: null, schema: 'audit' });
      history.byHand(
        [
          'CREATE SCHEMA IF NOT EXISTS audit',
          'CREATE TABLE audit."event" ("id" integer, "at" timestamptz NOT NULL, "kind" integer NOT NULL) PARTITION BY HASH ("id")',
          'CREATE TABLE audit."even" PARTITION OF audit."event" FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
          'CREATE TABLE audit."odd" PARTITION OF audit."event" FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY HASH ("id")',
          `CREATE TABLE audit."odd % 'one'" PARTITION OF audit."odd" FOR VALUES WITH (MODULUS 2, REMAINDER 0)`,
          `CREATE TABLE audit."odd_${'x'.repeat(55)}" PARTITION OF audit."odd" FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
          ...rows('audit.event'),
        ],
        ['DROP TABLE audit."event"'],
      );
      const { length } = history;
      await history.generate([keyed], { ...scratch(), backfills: ['audit.event.id=0'] });
      const { unmanaged: divided, ...found } = await history.checked(database(), [keyed]);
      expect(found).to.deep.equal({ status: 'in-sync', changes: [], uncomparable: [] });
      expect(divided).to.deep.equal(['table-option audit.event.PARTITION BY HASH (id)']);
      const keys = KEYS.replace("'event'", "'audit.event'");
      expect(await rowsOf(database(), keys)).to.deep.equal([{ count: 5, ...ALL }]);
      await revertedTo(history, { database: database(), length }, []);
      expect(await rowsOf(database(), keys)).to.deep.equal([{ count: 0, roots: 0, valid: null, lengths: 0 }]);
      await history.reverted(database());
    }));

  it('It changes again and again, gets another name, and lint finds nothing', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(['id', 'at'])], scratch());
      await history.checked(database(), []);
      await execute(database(), rows());
      const steps = [
        event(['id', 'at', 'kind']),
        event(['id', 'at', 'kind'], { name: 'pk_named' }),
        event(['id', 'at'], { name: 'pk' }),
      ];
      for (const entity of steps) {
        const { warnings } = await history.generate([entity], scratch());
        expect(warnings).to.deep.equal([]);
        expect(await history.checked(database(), [entity])).to.deep.equal(IN_SYNC);
        expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
      }
      await history.use(database(), [], async ({ migrations }) => {
        const { findings } = await lint(migrations);
        expect(findings.filter(({ rule }) => rule !== 'integer-key')).to.deep.equal([]);
      });
      await history.reverted(database());
    }));

  it('A key that rows of one partition violate fails there, and a run after that builds the rest', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(['id', 'at', 'kind'], { name: 'pk_wide' })], scratch());
      await history.checked(database(), []);
      const twins = `INSERT INTO event (id, at, kind) SELECT 1, date_trunc('month', now()) + interval '1 month', n FROM generate_series(1, 2) n`;
      await execute(database(), [twins]);
      await history.generate([event(['id', 'at'])], scratch());
      const error: unknown = await history.checked(database(), []).catch((reason: unknown) => reason);
      expect((error as Error).message).to.match(/could not create unique index "pk_(event_p\d{4}_\d\d)"/);
      await execute(database(), ['DELETE FROM event WHERE kind = 2']);
      expect(await history.checked(database(), [event(['id', 'at'])])).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), KEYS)).to.deep.equal([{ count: 4, ...ALL }]);
    }));

  it('A partition that is made between the two revisions has the key too', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(['id', 'at'])], scratch());
      await history.checked(database(), []);
      await execute(database(), rows());
      const { length } = history;
      const after = event(['id', 'at', 'kind']);
      await history.generate([after], scratch());
      await history.checked({ ...database(), length: length + 2 }, []).catch(() => undefined);
      await execute(database(), [
        `CREATE TABLE early PARTITION OF event FOR VALUES FROM ('1999-01-01') TO ('1999-02-01')`,
        `INSERT INTO event VALUES (1, '1999-01-02', 1)`,
      ]);
      expect(await history.checked(database(), [after])).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), KEYS)).to.deep.equal([{ count: 5, ...ALL }]);
    }));
});
