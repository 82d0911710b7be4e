import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase, onServer } from '../support/databases.js';
import { documentOf, runShelves } from '../support/run-shelves.js';
import { problemsOf } from '../support/json-schemas.js';
import { urlOf } from '../support/servers.js';
import { COUNT, FILL, MAKE, shelves } from '../support/shelves.js';

const OLD = '5d0c7a1e-0000-4000-8000-000000000001';
const NEW = '5d0c7a1f-0000-4000-8000-000000000002';
const BARE = '9b000000-0000-4000-8000-000000000003';

eachDatabase('The command replicas', (database) => {
  const run = (...args: readonly string[]) => runShelves('made', database().url, ...args);
  const ago = (seconds: number) =>
    database().dialect === 'sqlite'
      ? `strftime('%Y-%m-%d %H:%M:%f', 'now', '-${seconds} seconds')`
      : `now() - interval '${seconds} seconds'`;
  /** As processes would write it. */
  const beat = (id: string, head: string | null, seconds: number) =>
    `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid", "started_at", "seen_at")
       VALUES ('${id}', ${head === null ? 'NULL' : `'${head}'`}, '0.1.0', 'app-${id[7] ?? ''}', 4711, ${ago(9000 - (id === OLD ? 0 : 1000))}, ${ago(seconds)})`;
  const migrated = async () => {
    await migrateUp(await database().connect({ ...shelves('made'), heartbeat: false }));
  };
  const three = async () => {
    await migrated();
    await execute(database(), [beat(OLD, FILL, 300), beat(NEW, COUNT, 2), beat(BARE, null, 8000)]);
  };
  const idsThere = async () =>
    (
      await rowsOf(
        database(),
        `SELECT "replica" FROM "migrations_heartbeat" WHERE "replica" <> '' ORDER BY "replica"`,
      )
    ).map(({ replica }) => replica);

  it('replicas reports that there are none in an empty database, and after the first run', async () => {
    await database().connect({ ...shelves('made'), heartbeat: false });
    const none = { code: 0, stdout: 'no replica has a heartbeat in this database\n', stderr: '' };
    expect(await run('replicas')).to.deep.equal(none);
    expect(documentOf(await run('replicas', '--json'))).to.deep.equal({ replicas: [] });
    await migrated();
    expect(await run('replicas')).to.deep.equal(none);
  });

  it('replicas prints a table of the connected processes and marks those that are silent', async () => {
    await three();
    const { code, stdout } = await run('replicas');
    expect(code).to.equal(0);
    expect(stdout.replace(/\d{4}-\S+Z/g, '<instant>'.padEnd(24)).replace(/[23] s ago/, '2 s ago')).to.equal(
      [
        `id        release                    host   process  version  connected since           last seen`,
        `5d0c7a1e  ${FILL.padEnd(25)}  app-e  4711     0.1.0    <instant>                 silent for 5 min`,
        `5d0c7a1f  ${COUNT}  app-f  4711     0.1.0    <instant>                 2 s ago`,
        `9b000000  no revisions               app-0  4711     0.1.0    <instant>                 silent for 2 h`,
        '',
      ].join('\n'),
    );
  });

  it('replicas --json has one object a process, whose silence is by the clock of the server', async () => {
    await three();
    const document = documentOf(await run('replicas', '--json')) as {
      readonly replicas: readonly {
        readonly id: string;
        readonly silentMs: number;
        readonly silent: boolean;
      }[];
    };
    expect(problemsOf('replicas', document)).to.deep.equal([]);
    expect(document.replicas.map(({ id, silent }) => [id, silent])).to.deep.equal([
      [OLD, true],
      [NEW, false],
      [BARE, true],
    ]);
    expect(document.replicas[0]?.silentMs).to.be.within(300_000, 320_000);
  });

  it('status counts the replicas of each release, that of the oldest code first', async () => {
    await three();
    await execute(database(), [beat('aaaaaaaa-0000-4000-8000-000000000004', COUNT, 1)]);
    const { stdout } = await run('status');
    expect(stdout).to.contain(
      `\nconnected\n  no revisions  1 replica, 1 silent\n  ${FILL}  1 replica, 1 silent\n  ${COUNT}  2 replicas\n`,
    );
    const document = documentOf(await run('status', '--json')) as Record<string, unknown>;
    expect(problemsOf('status', document)).to.deep.equal([]);
    expect(document['releases']).to.deep.equal([
      { head: null, replicas: 1, silent: 1 },
      { head: FILL, replicas: 1, silent: 1 },
      { head: COUNT, replicas: 2, silent: 0 },
    ]);
  });

  it('replicas forget deletes the one whose id begins so', async () => {
    await three();
    expect(await run('replicas', 'forget', '9b')).to.deep.equal({
      code: 0,
      stdout: `forgotten ${BARE}, no revisions, process 4711 on app-0\n`,
      stderr: '',
    });
    expect(await idsThere()).to.deep.equal([OLD, NEW]);
    const document = documentOf(await run('replicas', 'forget', OLD, '--json'));
    expect(problemsOf('replicas-forget', document)).to.deep.equal([]);
    expect(document).to.deep.include({ status: 'forgotten' });
    expect(await idsThere()).to.deep.equal([NEW]);
  });

  const refusals: readonly (readonly [string, readonly string[], number, string])[] = [
    [
      'an unknown id',
      ['forget', '77'],
      1,
      `No replica has an id that begins with "77". These have a heartbeat: ${OLD}, ${NEW}, ${BARE}. Nothing was changed.`,
    ],
    [
      'the beginning of two ids',
      ['forget', '5d0c7a1'],
      1,
      `"5d0c7a1" matches several replicas: ${OLD}, ${NEW}. Nothing was changed. Use a longer part of the id.`,
    ],
    [
      'no id',
      ['forget'],
      64,
      'replicas forget requires an id, or the beginning of one. replicas prints them',
    ],
    [
      'an empty id',
      ['forget', ''],
      64,
      'replicas forget requires an id, or the beginning of one. replicas prints them',
    ],
    [
      'another word',
      ['remove', OLD],
      64,
      'replicas: "remove" is unknown. Use replicas, or replicas forget <id>',
    ],
  ];
  for (const [what, args, exit, words] of refusals)
    it(`replicas refuses ${what}, and deletes nothing`, async () => {
      await three();
      const { code, stdout, stderr } = await run('replicas', ...args);
      expect({ code, stdout, stderr }).to.deep.equal({ code: exit, stdout: '', stderr: `error: ${words}\n` });
      expect(await idsThere()).to.deep.equal([OLD, NEW, BARE]);
    });

  it('replicas forget of an unknown id reports that there are none', async () => {
    await migrated();
    const { code, stderr } = await run('replicas', 'forget', '77');
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      'error: No replica has an id that begins with "77". No replica has a heartbeat in this database. Nothing was changed.\n',
    );
  });
});

eachDatabase('The command replicas on a view', (database) => {
  for (const args of [['replicas'], ['replicas', '--json'], ['replicas', 'forget', OLD]])
    it(`The command replicas on a view that may hide rows is refused: ${args.join(' ')}`, async () => {
      await migrateUp(await database().connect({ ...shelves('made'), heartbeat: false }));
      await execute(database(), [
        'ALTER TABLE "migrations_heartbeat" RENAME TO "kept"',
        `CREATE VIEW "migrations_heartbeat" AS SELECT * FROM "kept" WHERE "head" IS NULL`,
      ]);
      const { code, stderr, stdout } = await runShelves('made', database().url, ...args);
      expect(stderr + stdout).to.match(/\\?"migrations_heartbeat\\?" is a view, which may hide records/);
      expect(code).to.equal(3);
    });
});

onDatabase('postgres', 'The command replicas for a role without rights (PostgreSQL)', (database) => {
  it('replicas forget names a read-only default with the statement that resets it', async () => {
    await migrateUp(await database().connect({ ...shelves('made'), heartbeat: false }));
    const { database: name } = database().target as PostgresTarget;
    await execute(database(), [
      `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid") VALUES ('${OLD}', '${MAKE}', '0.1.0', 'app', 1)`,
      `ALTER DATABASE "${name}" SET default_transaction_read_only = on`,
    ]);
    const { code, stderr } = await runShelves('made', database().url, 'replicas', 'forget', OLD);
    expect(stderr).to.contain(`set for the database ${name}. Nothing was changed.`);
    expect(stderr).to.contain(`ALTER DATABASE ${name} RESET default_transaction_read_only;`);
    expect(code).to.equal(1);
  });

  it('replicas is refused where row-level security may hide rows from the role', async () => {
    await migrateUp(await database().connect({ ...shelves('made'), heartbeat: false }));
    const role = `hidden_${randomBytes(4).toString('hex')}`;
    const { password = '' } = database().target as PostgresTarget;
    await onServer(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
    try {
      await execute(database(), [
        `GRANT ALL ON TABLE "migrations_heartbeat" TO "${role}"`,
        'ALTER TABLE "migrations_heartbeat" ENABLE ROW LEVEL SECURITY',
      ]);
      const url = urlOf({ ...(database().target as PostgresTarget), user: role });
      for (const args of [['replicas'], ['replicas', 'forget', OLD]]) {
        const { code, stderr } = await runShelves('made', url, ...args);
        expect(stderr).to.contain(
          `Row-level security may hide rows of the table "migrations_heartbeat" from the role ${role}`,
        );
        expect(code).to.equal(3);
      }
      await execute(database(), [`DROP OWNED BY "${role}"`]);
    } finally {
      await onServer(`DROP ROLE "${role}"`);
    }
  });

  it('replicas reports the GRANT that reading, and that forgetting, needs', async () => {
    await migrateUp(await database().connect({ ...shelves('made'), heartbeat: false }));
    await execute(database(), [
      `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid") VALUES ('${OLD}', '${MAKE}', '0.1.0', 'app', 1)`,
    ]);
    const role = `replicas_${randomBytes(4).toString('hex')}`;
    const { password = '' } = database().target as PostgresTarget;
    await onServer(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
    try {
      const url = urlOf({ ...(database().target as PostgresTarget), user: role });
      const run = async (...args: readonly string[]) => (await runShelves('made', url, ...args)).stderr;
      expect(await run('replicas')).to.contain(`GRANT SELECT ON TABLE "migrations_heartbeat" TO ${role};`);
      await execute(database(), [`GRANT SELECT ON TABLE "migrations_heartbeat" TO "${role}"`]);
      expect(await run('replicas')).to.equal('');
      expect(await run('replicas', 'forget', OLD)).to.equal(
        `error: The role ${role} lacks DELETE on the table "migrations_heartbeat". Nothing was changed. Migrate as the role that owns the tables, or ask an owner to run: GRANT DELETE ON TABLE "migrations_heartbeat" TO ${role};\n`,
      );
      await execute(database(), [`DROP OWNED BY "${role}"`]);
    } finally {
      await onServer(`DROP ROLE "${role}"`);
    }
  });
});
