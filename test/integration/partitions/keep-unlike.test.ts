import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { keepPartitionsAt, type KeepOptions } from '../../../src/partitions/keep-partitions.js';
import { readPartitions } from '../../../src/partitions/read-partitions.js';
import type { PartitionOptions } from '../../../src/partitioned.js';
import { execute, onRawConnection, rowsOf } from '../../support/cli-database.js';
import { onDatabase } from '../../support/databases.js';
import {
  EVENT_DEFAULT,
  EVENT_PARTS,
  EVENT_TABLE,
  eventMonth,
  keptEvent,
  MONTHLY,
  partWords,
} from '../../support/kept-event.js';

const NOVEMBER = `'2026-11-30 12:00+00'::timestamptz`;
const KEYLESS = EVENT_TABLE.replace(',\n  CONSTRAINT "PK_event" PRIMARY KEY ("id", "at")', '');
const ROWS = `INSERT INTO "event" SELECT n, '2026-11-15'::timestamptz, n::text FROM generate_series(1, 5) AS n`;

onDatabase('postgres', 'Keeping partitions that are unlike those of a keeper', (database) => {
  const connect = async (statements: readonly string[], options: PartitionOptions = MONTHLY) => {
    await execute(database(), statements);
    return database().connect({ entities: [keptEvent(options)], migrations: [] });
  };
  const keep = async (statements: readonly string[], options: KeepOptions = {}) =>
    (await keepPartitionsAt(await connect(statements), options, NOVEMBER)).tables[0];
  const parts = async () => (await rowsOf(database(), EVENT_PARTS)).map(({ part }) => partWords(part));

  it('Rows of a default partition that is partitioned are counted, and not moved', async () => {
    const divided = [
      EVENT_TABLE,
      `${EVENT_DEFAULT} PARTITION BY LIST ("id")`,
      'CREATE TABLE "deep" PARTITION OF "event_default" DEFAULT',
      ROWS,
    ];
    const left = await keep(divided);
    expect(left?.refused.map(({ message }) => message)).to.deep.equal([
      'The default partition event_default has 5 rows that belong into event_p2026_11. Nothing was changed in event. To move them: npm run -s db -- partitions keep --move-default',
    ]);
    const moved = await keep([], { moveDefault: true });
    expect(moved?.refused.map(({ message }) => message)).to.deep.equal([
      'event_default is partitioned itself, or is a foreign table. Its rows cannot be moved. Nothing was changed in event. Move them by hand.',
    ]);
    const [seen] = await readPartitions(await connect([]));
    expect(seen?.defaultRows).to.equal(5);
  });

  it('A first partition that is partitioned is refused by name', async () => {
    const table = await keep(
      [
        EVENT_TABLE,
        `CREATE TABLE "first" PARTITION OF "event" FOR VALUES FROM (MINVALUE) TO ('2027-01-01 00:00:00+00') PARTITION BY LIST ("id")`,
        'CREATE TABLE "deep" PARTITION OF "first" DEFAULT',
        ROWS,
      ],
      { splitFirst: true },
    );
    expect(table?.refused.map(({ object, reason }) => [object, reason])).to.deep.equal([['first', 'alone']]);
    expect(await parts()).to.deep.equal(['first MINVALUE 2027-01-01']);
  });

  it('A foreign table that is older than is kept is dropped', async () => {
    const table = await keep([
      KEYLESS,
      'CREATE FOREIGN DATA WRAPPER "nowhere"',
      'CREATE SERVER "archive" FOREIGN DATA WRAPPER "nowhere"',
      `CREATE FOREIGN TABLE "old" PARTITION OF "event" FOR VALUES FROM ('2020-01-01') TO ('2020-02-01') SERVER "archive"`,
    ]);
    expect([table?.dropped, table?.refused]).to.deep.equal([['old'], []]);
  });

  for (const [what, statements] of [
    ['no primary key', [KEYLESS]],
    [
      'the deferrable constraint uq_note',
      [
        EVENT_TABLE,
        'ALTER TABLE "event" ADD CONSTRAINT "uq_note" UNIQUE ("note", "at") DEFERRABLE INITIALLY DEFERRED',
      ],
    ],
  ] as const)
    it(`Rows of a table with ${what} are not moved, and the table is named`, async () => {
      const table = await keep([...statements, EVENT_DEFAULT, ROWS], { moveDefault: true });
      expect(table?.refused.map(({ message }) => message)).to.deep.equal([
        `event has ${what}, so its rows cannot be moved in batches. Nothing was changed in event. Run check: npm run -s db:check`,
      ]);
    });

  it('A partition whose detaching was interrupted has no place for rows: it is named, and no partition is ahead', async () => {
    const month = new Date().toISOString().slice(0, 7);
    await execute(database(), [EVENT_TABLE, eventMonth(month, 'present')]);
    await onRawConnection(database(), async (reader) => {
      await reader('BEGIN');
      await reader('SELECT FROM "event"');
      await execute(database(), [
        'SET statement_timeout = 500',
        'ALTER TABLE "event" DETACH PARTITION "present" CONCURRENTLY',
      ]).catch(() => undefined);
      await reader('COMMIT');
    });
    const [seen] = await readPartitions(await connect([]));
    expect(seen?.time?.missing).to.deep.equal([]);
    expect(Date.parse(seen?.time?.until ?? '')).to.be.lessThan(Date.now() + 60_000);
    expect(seen?.problem).to.equal(
      'Detaching present was interrupted. Nothing was changed in event. Run ALTER TABLE ... DETACH PARTITION ... FINALIZE first.',
    );
  });

  it('A new partition belongs to the owner of its table, also one into which rows were moved', async () => {
    const owner = `Kept owner ${randomBytes(4).toString('hex')}`;
    await execute(database(), [
      `CREATE ROLE "${owner}"`,
      `GRANT CREATE, USAGE ON SCHEMA public TO "${owner}"`,
    ]);
    try {
      const table = await keep(
        [EVENT_TABLE, EVENT_DEFAULT, ROWS, `ALTER TABLE "event" OWNER TO "${owner}"`],
        { moveDefault: true },
      );
      expect(table?.refused).to.deep.equal([]);
      const owners = `SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'event'::regclass ORDER BY 1`;
      expect(await rowsOf(database(), owners)).to.deep.equal(
        ['event_default', 'event_p2026_11', 'event_p2026_12', 'event_p2027_01'].map((name) => ({
          name,
          owner,
        })),
      );
    } finally {
      await execute(database(), [`DROP OWNED BY "${owner}" CASCADE`, `DROP ROLE "${owner}"`]);
    }
  });
});
