import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onChain } from '../support/chain-database.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { execute } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runInShell } from '../support/shells.js';
import { eachPair, expectEqual, expectSameUp } from '../support/pair.js';
import { CONTRACT, MAKE, MakeNotes, NEW, OLD } from '../support/phased.js';

const LATER = { entities: [], migrations: [...NEW.migrations, MakeNotes] };

eachPair('A script with phases', (pair, dialect) => {
  it('A script with phases comes to the same as the command, all at once', async () => {
    await expectSameUp(pair(), LATER);
  });

  it('A script with phases comes to the same as the command, contract after a revision that overtook it', async () => {
    for (const phases of ['expand', 'contract'] as const) {
      await onChain(pair().online, (dataSource) => migrateUp(dataSource, { phases }), LATER);
      await runOffline(pair().offline, LATER, { direction: 'up', phases });
      await expectEqual(pair());
    }
    const again = await scriptFor(pair().offline, LATER, { direction: 'up', phases: 'contract' });
    expect(await stoppedScript(pair().offline, again)).to.contain(
      {
        postgres: `${CONTRACT} was not applied: it is recorded already.`,
        sqlite: `${CONTRACT}: it should not be recorded`,
      }[dialect],
    );
  });

  it('A script with phases stops before contract while an older release is connected, unless it is forced', async () => {
    await runOffline(pair().offline, { ...OLD, entities: [] }, { direction: 'up' });
    await onChain(
      pair().offline,
      (dataSource) =>
        dataSource.query(
          `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid") VALUES ('r1', '${MAKE}', '1.2.3', 'web-1', 71)`,
        ),
      LATER,
    );
    const options = { direction: 'up', target: `${MAKE}..head` } as const;
    const stopped = await stoppedScript(pair().offline, await scriptFor(pair().offline, NEW, options));
    expect(stopped).to.contain(
      {
        postgres: `${CONTRACT} was not applied: it is a contract revision, and older releases are connected: web-1 pid 71 at ${MAKE}`,
        sqlite: `${CONTRACT}: no older release should be connected`,
      }[dialect],
    );
    await runOffline(pair().offline, NEW, { direction: 'up', phases: 'contract', forceContract: true });
  });
});

onDatabase('postgres', 'A script with phases on tables that do not show older releases', (database) => {
  const CASES: Readonly<Record<string, readonly [sql: readonly string[], words: RegExp]>> = {
    'row-level security on heartbeats': [
      ['ALTER TABLE migrations_heartbeat ENABLE ROW LEVEL SECURITY'],
      /older releases may be hidden: "migrations_heartbeat" has row-level security, which the role \w+ does not bypass/,
    ],
    'row-level security on phases': [
      ['ALTER TABLE migrations_phase ENABLE ROW LEVEL SECURITY'],
      /older releases may be hidden: "migrations_phase" has row-level security, which the role \w+ does not bypass/,
    ],
    'a view': [
      [
        'ALTER TABLE migrations_heartbeat RENAME TO hb',
        'CREATE VIEW migrations_heartbeat AS SELECT * FROM hb WHERE head IS NULL',
      ],
      /older releases may be hidden: "migrations_heartbeat" is not a table/,
    ],
    'an UNLOGGED table': [
      ['ALTER TABLE migrations_heartbeat SET UNLOGGED'],
      /UNLOGGED or temporary: public.migrations_heartbeat/,
    ],
    'an empty table': [
      ['TRUNCATE migrations_heartbeat'],
      /it is a contract revision, and no row of the table of heartbeats shows its age, so it may have lost its rows. Run: INSERT INTO "migrations_heartbeat"/,
    ],
  };
  for (const [title, [sql, words]] of Object.entries(CASES))
    it(`A script with phases on tables that do not show older releases stops: ${title}`, async () => {
      const target = database().target as PostgresTarget;
      const role = `phasing_in_${target.database}`;
      await onChain(database(), (dataSource) => migrateUp(dataSource, { phases: 'expand' }), {
        ...NEW,
        entities: [],
      });
      await execute(database(), [
        ...sql,
        `CREATE ROLE ${role} LOGIN PASSWORD 'phasing'`,
        `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`,
      ]);
      try {
        const script = await scriptFor(database(), NEW, { direction: 'up', phases: 'contract' });
        const { code, stderr } = await runInShell({ ...target, user: role, password: 'phasing' }, script);
        expect(stderr).to.match(words);
        expect(code).to.equal(3);
      } finally {
        await execute(database(), [`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
      }
    });
});
