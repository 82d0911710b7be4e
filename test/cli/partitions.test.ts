import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { Partitioned } from '../../src/partitioned.js';
import { Entity, PrimaryColumn } from 'typeorm';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, onServer } from '../support/databases.js';
import { problemsOf } from '../support/json-schemas.js';
import { EVENT_DEFAULT, EVENT_TABLE, eventMonth, keptEvent } from '../support/kept-event.js';
import { countsIn, month, partOf } from '../support/kept-world.js';
import { documentOf, runCommandHere } from '../support/run-shelves.js';
import { urlOf } from '../support/servers.js';

/** A table of partitions by hash beside. */
@Entity('lot')
@Partitioned({ by: 'id', strategy: 'hash', partitions: 2 })
class Lot {
  @PrimaryColumn({ type: 'integer' })
  id!: number;
}

const LOT = [
  'CREATE TABLE "lot" ("id" integer PRIMARY KEY) PARTITION BY HASH ("id")',
  'CREATE TABLE "lot_p0" PARTITION OF "lot" FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
  'CREATE TABLE "lot_p1" PARTITION OF "lot" FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
];

onDatabase('postgres', 'The command partitions', (database) => {
  const run = (...args: readonly string[]) =>
    runCommandHere({ entities: [keptEvent(), Lot], migrations: [] }, database().url, ['partitions', ...args]);
  const start = async (...statements: readonly string[]) => {
    await database().connect({ entities: [], migrations: [] });
    await execute(database(), statements);
  };
  const day = (after: number) => `${month(after)}-01`;
  const parts = async () =>
    (
      await rowsOf(
        database(),
        `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass ORDER BY c.relname`,
      )
    ).map(({ relname }) => String(relname));

  it('partitions reports that there are none in an empty database', async () => {
    await start();
    const none = 'no table of the entities is partitioned in this database\n';
    expect(await run()).to.deep.equal({ code: 0, stdout: none, stderr: '' });
    expect(documentOf(await run('--json'))).to.deep.equal({ tables: [] });
    expect(await run('keep')).to.deep.equal({ code: 0, stdout: 'nothing to do\n', stderr: '' });
  });

  it('partitions prints each table, how far ahead it is, and what keep would do; it changes nothing', async () => {
    await start(EVENT_TABLE, EVENT_DEFAULT, eventMonth(month(-12)), eventMonth(month(0)), ...LOT);
    const before = await parts();
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout.split('\n')).to.deep.equal([
      'table  partitioned by       partitions  from        to          ahead   in default',
      `event  range (at), 1 month  2           ${day(-12)}  ${day(1)}  0 of 2  0`,
      'lot    hash (id)            2           -           -           -       -',
      `event: no partition is ahead; from ${day(1)} on, rows go to the default partition`,
      `event: partitions keep would make ${partOf(1)}, ${partOf(2)}`,
      `event: partitions keep would drop ${partOf(-12)}, older than 90 days`,
      '',
    ]);
    const document = documentOf(await run('--json'));
    expect(problemsOf('partitions', document)).to.deep.equal([]);
    const instant = (after: number) => `${day(after)}T00:00:00.000Z`;
    expect(document).to.deep.equal({
      tables: [
        {
          ...{ table: 'event', strategy: 'range', key: ['at'], partitions: 2, defaultRows: 0 },
          time: {
            ...{ every: '1 month', keep: '90 days', wanted: 2, ahead: 0 },
            ...{ first: instant(-12), last: instant(1), until: instant(1) },
            ...{ missing: [partOf(1), partOf(2)], old: [partOf(-12)] },
          },
        },
        { table: 'lot', strategy: 'hash', key: ['id'], partitions: 2, defaultRows: null },
      ],
    });
    expect(await parts()).to.deep.equal(before);
  });

  it('partitions keep --plan prints statements that a person can run, and runs none', async () => {
    await start(EVENT_TABLE, eventMonth(month(-12)), eventMonth(month(0)), eventMonth(month(1)));
    const before = await parts();
    const { code, stdout } = await run('keep', '--plan');
    expect(code).to.equal(0);
    expect(stdout.split('\n')).to.deep.equal([
      'BEGIN;',
      `CREATE TABLE "public"."${partOf(2)}" (LIKE "public"."event" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION);`,
      `ALTER TABLE "public"."event" ATTACH PARTITION "public"."${partOf(2)}" FOR VALUES FROM ('${day(2)} 00:00:00+00') TO ('${day(3)} 00:00:00+00');`,
      'COMMIT;',
      `DROP TABLE "public"."${partOf(-12)}";`,
      '',
    ]);
    const document = documentOf(await run('keep', '--plan', '--json'));
    expect(problemsOf('partitions-keep', document)).to.deep.equal([]);
    expect(document).to.include({ status: 'planned' });
    expect(await parts()).to.deep.equal(before);
    await execute(database(), stdout.split('\n').filter(Boolean));
    expect((await run('keep')).stdout).to.equal('nothing to do\n');
  });

  it('partitions keep --plan --move-default prints a move that a person can run, of a default partition of any size', async () => {
    await start(EVENT_TABLE, EVENT_DEFAULT);
    await execute(database(), [
      `INSERT INTO "event" SELECT n, '${month(0)}-02', repeat('x', 800) FROM generate_series(1, 2000) AS n`,
    ]);
    const { stdout } = await run('keep', '--plan', '--move-default');
    await execute(database(), [stdout]);
    expect(await countsIn(database().target as PostgresTarget)).to.deep.equal({ [partOf(0)]: 2000 });
    expect((await run('keep')).stdout).to.equal('nothing to do\n');
  });

  it('partitions keep reports what it made and dropped, and in JSON', async () => {
    await start(EVENT_TABLE, eventMonth(month(-12)), eventMonth(month(0)));
    expect(await run('keep')).to.deep.equal({
      code: 0,
      stdout: `made ${partOf(1)}\nmade ${partOf(2)}\ndropped ${partOf(-12)}\n`,
      stderr: '',
    });
    const document = documentOf(await run('keep', '--json'));
    expect(problemsOf('partitions-keep', document)).to.deep.equal([]);
    expect(document).to.deep.equal({
      status: 'kept',
      tables: [{ table: 'event', made: [], dropped: [], detached: [], moved: 0, refused: [] }],
      expired: [],
    });
  });

  it('partitions keep --detach and --move-default say what they did', async () => {
    await start(EVENT_TABLE, EVENT_DEFAULT, eventMonth(month(-12)));
    await execute(database(), [`INSERT INTO "event" VALUES (1, '${month(0)}-02'), (2, '${month(0)}-03')`]);
    expect((await run('keep', '--detach', '--move-default')).stdout).to.equal(
      `moved 2 rows of event\nmade ${partOf(0)}\nmade ${partOf(1)}\nmade ${partOf(2)}\ndetached ${partOf(-12)}\n`,
    );
    expect((await run()).stdout).to.contain('  2 of 2  0\n');
  });

  it('partitions keep ends with 3 where it refuses a table, and with 1 where it fails', async () => {
    await start(
      EVENT_TABLE,
      `CREATE TABLE "mine" PARTITION OF "event" FOR VALUES FROM ('${month(1)}-10') TO ('${month(1)}-20')`,
    );
    const listed = (await run()).stdout;
    expect(listed).to.contain('would overlap the partition mine (');
    expect(listed).not.to.contain('partitions keep would make');
    const { code, stdout } = await run('keep');
    expect(code).to.equal(3);
    expect(stdout).to.match(
      /^refused event_p\d{4}_\d\d \(.*\) would overlap the partition mine \(.*\)\. Nothing was changed in event\./,
    );
    const document = documentOf(await run('keep', '--json'));
    expect(problemsOf('partitions-keep', document)).to.deep.equal([]);
    expect(document).to.include({ status: 'incomplete' });
    await execute(database(), [
      'DROP TABLE "mine"',
      `CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'not today'; END$$`,
      'CREATE EVENT TRIGGER no ON ddl_command_start EXECUTE FUNCTION no()',
    ]);
    const failed = await run('keep');
    expect(failed.code).to.equal(1);
    expect(failed.stdout).to.contain(`refused ${partOf(0)}: not today. It was left as it is.\n`);
  });

  const refusals: readonly (readonly [string, readonly string[], string])[] = [
    [
      'another word',
      ['drop'],
      'partitions: "drop" is unknown. Use partitions, partitions keep, or partitions merge TABLE',
    ],
    [
      '--detach without keep',
      ['--detach'],
      '--detach is an option of partitions keep. partitions alone lists the tables',
    ],
    [
      '--plan without keep',
      ['--plan'],
      '--plan is an option of partitions keep. partitions alone lists the tables',
    ],
  ];
  for (const [what, args, words] of refusals)
    it(`partitions refuses ${what}`, async () => {
      await start();
      expect(await run(...args)).to.deep.equal({ code: 64, stdout: '', stderr: `error: ${words}\n` });
    });

  it('A table that pg_partman keeps is left to it', async () => {
    await start(EVENT_TABLE, eventMonth(month(-12)), ...PARTMAN);
    const left = await run('keep');
    expect([left.code, left.stdout]).to.deep.equal([0, 'left to pg_partman: event\n']);
    expect((await run()).stdout).to.contain(
      'event: pg_partman keeps its partitions, so this command leaves it alone\n',
    );
    expect(problemsOf('partitions', documentOf(await run('--json')))).to.deep.equal([]);
    expect(await parts()).to.deep.equal([partOf(-12)]);
    await execute(database(), [`DELETE FROM "Part Man".part_config`]);
    expect((await run('keep')).stdout).to.contain(`dropped ${partOf(-12)}\n`);
  });

  it('A table is refused whose role may not read what pg_partman keeps', async () => {
    await start(EVENT_TABLE, eventMonth(month(-12)), ...PARTMAN);
    const role = `keeper_${randomBytes(4).toString('hex')}`;
    const { password = '' } = database().target as PostgresTarget;
    await onServer(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
    try {
      await execute(database(), [`ALTER TABLE "event" OWNER TO "${role}"`]);
      const url = urlOf({ ...(database().target as PostgresTarget), user: role });
      const { code, stdout } = await runCommandHere({ entities: [keptEvent()], migrations: [] }, url, [
        'partitions',
        'keep',
      ]);
      expect([code, stdout]).to.deep.equal([
        3,
        'refused pg_partman is installed, and this role may not read its table part_config, which lists the tables that it keeps. Nothing was changed in event. Grant SELECT on part_config, and USAGE on its schema, to this role.\n',
      ]);
      await execute(database(), [`DROP OWNED BY "${role}"`]);
    } finally {
      await onServer(`DROP ROLE "${role}"`);
    }
  });
});

/** What the extension is to a catalog: its row, and its table in whichever schema it was created. */
const PARTMAN = [
  'CREATE SCHEMA "Part Man"',
  'CREATE TABLE "Part Man".part_config (parent_table text PRIMARY KEY)',
  `INSERT INTO "Part Man".part_config VALUES ('public.event')`,
  'SET allow_system_table_mods = on',
  `INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
     VALUES (99999, 'pg_partman', 10, '"Part Man"'::regnamespace, false, '5.0.1')`,
];

onDatabase('sqlite', 'The command partitions (SQLite)', (database) => {
  it('partitions reports that there are none, since SQLite has no partitions', async () => {
    await database().connect({ entities: [Lot], migrations: [] });
    const run = (...args: readonly string[]) =>
      runCommandHere({ entities: [Lot], migrations: [] }, database().url, ['partitions', ...args]);
    expect((await run()).stdout).to.equal('no table of the entities is partitioned in this database\n');
    expect((await run('keep')).stdout).to.equal('nothing to do\n');
  });
});
