import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { RecordsNotDurableError } from '../../src/errors/records.js';
import { migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { expectFailure, formerState, only, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000441',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000442', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

const COMMANDS: Readonly<Record<string, (dataSource: DataSource) => Promise<unknown>>> = {
  up: migrateUp,
  'up --plan': (dataSource) => planMigration(dataSource, 'up'),
  status: readStatus,
  history: readHistory,
  stamp: (dataSource) => stampAt(dataSource, 'head'),
};

/** The list, with its records, in a partition that a crash empties. */
const PARTITIONED = [
  'ALTER TABLE migrations RENAME TO migrations_old',
  `CREATE TABLE migrations (id integer NOT NULL DEFAULT nextval('migrations_id_seq'), "timestamp" bigint NOT NULL, name character varying NOT NULL) PARTITION BY RANGE (id)`,
  'CREATE UNLOGGED TABLE migrations_rest PARTITION OF migrations DEFAULT',
  'INSERT INTO migrations SELECT * FROM migrations_old',
];

/** Places of the rows behind the name of the list. */
const BEHIND: Readonly<Record<string, { readonly made: readonly string[]; readonly table: string }>> = {
  'a partition': { made: PARTITIONED, table: 'public.migrations_rest' },
  'a partition of a partition': {
    made: [
      ...PARTITIONED,
      'CREATE TABLE below PARTITION OF migrations FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id)',
      'CREATE UNLOGGED TABLE deep PARTITION OF below DEFAULT',
      'ALTER TABLE migrations_rest SET LOGGED',
    ],
    table: 'public.deep',
  },
  'the table of a view': {
    made: [
      'ALTER TABLE migrations SET UNLOGGED',
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE VIEW migrations AS SELECT * FROM kept',
    ],
    table: 'public.kept',
  },
  'the table of a view of a view': {
    made: [
      'ALTER TABLE migrations SET UNLOGGED',
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE VIEW first AS SELECT * FROM kept',
      'CREATE VIEW migrations AS SELECT * FROM first',
    ],
    table: 'public.kept',
  },
  'a table that inherits': {
    made: [
      'CREATE SCHEMA "Old"',
      'CREATE UNLOGGED TABLE "Old".heir () INHERITS (public.migrations)',
      'WITH gone AS (DELETE FROM migrations RETURNING *) INSERT INTO "Old".heir SELECT * FROM gone',
    ],
    table: '"Old".heir',
  },
};

onDatabase('postgres', 'A table of the records that is UNLOGGED (PostgreSQL)', (database) => {
  for (const table of [
    'migrations',
    'migrations_run',
    'migrations_attempt',
    'migrations_phase',
    'migrations_heartbeat',
  ])
    it(`A table of the records that is UNLOGGED is refused with the statement that helps, and nothing is run: ${table}`, async () => {
      await database().connectAtHead(only(GAUGES));
      await migrateUp(await database().connect(only(GAUGES)));
      await execute(database(), [
        `CREATE TABLE IF NOT EXISTS ${table} (id integer)`,
        `ALTER TABLE ${table} SET UNLOGGED`,
      ]);
      const before = await formerState(database());
      for (const run of Object.values(COMMANDS)) {
        const dataSource = await database().connect(only(GAUGES, DIALS));
        await expectFailure(
          run(dataSource),
          RecordsNotDurableError,
          new RegExp(
            `^The table public\\.${table} is UNLOGGED: .*ALTER TABLE public\\.${table} SET LOGGED;$`,
          ),
        );
      }
      expect(await formerState(database())).to.deep.equal(before);
    });

  for (const [title, { made, table }] of Object.entries(BEHIND))
    it(`A table of the records that is UNLOGGED is refused with the statement that helps, and nothing is run: ${title}`, async () => {
      await database().connectAtHead(only(GAUGES));
      await execute(database(), made);
      const before = await formerState(database());
      for (const run of Object.values(COMMANDS)) {
        const dataSource = await database().connect(only(GAUGES, DIALS));
        await expectFailure(
          run(dataSource),
          RecordsNotDurableError,
          new RegExp(`^The table ${table} is UNLOGGED: .*ALTER TABLE ${table} SET LOGGED;$`),
        );
      }
      expect(await formerState(database())).to.deep.equal(before);
    });

  it('A table of the records that is UNLOGGED is recorded into after the remedy, in a partition', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [...PARTITIONED, 'ALTER TABLE public.migrations_rest SET LOGGED']);
    expect((await migrateUp(await database().connect(only(GAUGES, DIALS)))).done).to.have.length(1);
  });

  it('A table of the records that is UNLOGGED is no concern where it only reads the records, or where its rows are those of another session', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [
      'CREATE UNLOGGED TABLE seen (name text)',
      'CREATE RULE seen AS ON INSERT TO migrations_run DO ALSO INSERT INTO seen VALUES (NEW.direction)',
      'CREATE VIEW newest AS SELECT * FROM migrations',
    ]);
    await withClient(database().target, async (client) => {
      await client.query('CREATE TEMPORARY TABLE mine () INHERITS (public.migrations)');
      expect((await readStatus(await database().connect(only(GAUGES, DIALS)))).pending).to.have.length(1);
    });
  });

  it('A table of the records that is UNLOGGED is recorded into after the remedy', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), ['ALTER TABLE migrations SET UNLOGGED']);
    await execute(database(), ['ALTER TABLE public.migrations SET LOGGED']);
    expect((await migrateUp(await database().connect(only(GAUGES, DIALS)))).done).to.have.length(1);
  });
});

eachDatabase('A temporary table with the name of a table of the records', (database) => {
  for (const table of ['migrations', 'migrations_run', 'migrations_attempt'])
    for (const [title, run] of Object.entries(COMMANDS))
      it(`A temporary table with the name of a table of the records is refused by ${title}: ${table}`, async () => {
        await database().connectAtHead(only(GAUGES));
        const dataSource = await database().connect(only(GAUGES, DIALS), { poolSize: 1 });
        const before = await formerState(database());
        await dataSource.query(`CREATE TEMPORARY TABLE ${table} (id integer, "timestamp" bigint, name text)`);
        await expectFailure(run(dataSource), RecordsNotDurableError, /is a temporary table/);
        expect(await formerState(database())).to.deep.equal(before);
      });
});
