import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { View, ViewColumn, ViewEntity, type DataSource, type QueryRunner } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { hasFindings, reportLines } from '../../../src/drift/report.js';
import { findMissingChanges } from '../../../src/generate/generate-revisions.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { writeScript } from '../../../src/migrator/offline.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { handWritten } from '../../support/hand-written.js';
import {
  entity,
  findings,
  findingsAfterSynchronize,
  IN_SYNC,
  plainDataSource,
  synchronized,
} from './no-false-alarm-database.js';

const THING = entity('thing', { amount: { type: 'integer' } });

const LARGE = 'SELECT "thing"."id" AS "id" FROM "thing" WHERE "thing"."amount" > 10';
const LARGEST = LARGE.replace('10', '100');

@ViewEntity({ name: 'large_thing', expression: `\n  ${LARGE}\n` })
class LargeThing {
  @ViewColumn()
  id!: number;
}

@ViewEntity({ name: 'large_thing', expression: LARGEST })
class LargestThing {
  @ViewColumn()
  id!: number;
}

@ViewEntity({
  name: 'large_thing',
  expression: (dataSource: DataSource) =>
    dataSource.createQueryBuilder().select('thing.id', 'id').from('thing', 'thing'),
})
class BuiltThing {
  @ViewColumn()
  id!: number;
}

@ViewEntity({ name: 'large_thing', materialized: true, expression: LARGE })
class MaterializedThing {
  @ViewColumn()
  id!: number;
}

@ViewEntity({ name: 'large_thing', synchronize: false, expression: LARGE })
class ExcludedThing {
  @ViewColumn()
  id!: number;
}

/** What TypeORM's migration:generate writes: a table, a view, and the record of its text. */
const history = handWritten('Things1800000000710', async (queryRunner: QueryRunner) => {
  await queryRunner.query(
    'CREATE TABLE "thing" ("id" integer NOT NULL, "amount" integer NOT NULL, CONSTRAINT "PK_e7757c5911e20acd09faa22d1ac" PRIMARY KEY ("id"))',
  );
  await queryRunner.createView(new View({ name: 'large_thing', expression: LARGE }), true);
});

const MISSING = `add-view: View large_thing is missing in the database; the entities declare ${LARGE}.`;
const UNRECORDED =
  'TypeORM has not recorded its text in typeorm_metadata, and the database keeps another form';
const ADD =
  '. Add its definition to the snapshot with a scratch server of PostgreSQL <major>: SCRATCH_DATABASE_URL=<address> npx orchestrator-db generate Views -d <file>';

/** The findings, without the version of the server. */
async function withoutVersion(found: ReturnType<typeof findings>): ReturnType<typeof findings> {
  const { uncomparable, ...rest } = await found;
  return {
    ...rest,
    uncomparable: uncomparable.map((one) => one.replace(/PostgreSQL \d+/, 'PostgreSQL <major>')),
  };
}

/** Provides a database at the head of that history, with these entities. */
async function migrated<T>(
  database: TestDatabase,
  entities: readonly Function[],
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const options = {
    entities: [THING, ...entities],
    migrations: [history],
    migrationsTransactionMode: 'each' as const,
  };
  const dataSource = await plainDataSource(database, options).initialize();
  try {
    await migrateUp(dataSource);
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

eachDatabase('The entity of a view', (database) => {
  for (const [title, view] of [
    ['a text', LargeThing],
    ['a query builder', BuiltThing],
  ] as const)
    it(`The entity of a view, with ${title}, is in sync after synchronize`, async () => {
      const entities = [THING, view];
      expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
    });

  it('A view is in sync after the migration that TypeORM generates for it, without findings', () =>
    migrated(database(), [LargeThing], async (dataSource) => {
      const report = await checkDrift(dataSource, { strict: true });
      expect(reportLines(report, true)).to.deep.equal(['in sync (1 table)']);
      expect(hasFindings(report)).to.equal(false);
    }));

  it('A script of such a migration creates the table that TypeORM would create before it', async () => {
    const record = `INSERT INTO "typeorm_metadata" ("type", "name", "value") VALUES ('VIEW', 'large_thing', '')`;
    const generated = handWritten('Things1800000000710', async (queryRunner) => {
      await queryRunner.query('CREATE TABLE "thing" ("id" integer)');
      await queryRunner.query(record);
    });
    const options = { entities: [THING, LargeThing], migrations: [generated] };
    const script = await writeScript(plainDataSource(database(), options), { direction: 'up' });
    const created = script.indexOf('CREATE TABLE IF NOT EXISTS "typeorm_metadata"');
    expect(created).to.be.within(0, script.indexOf('CREATE TABLE "thing"'));
    expect(script).to.contain(record);
  });

  it('Generating after such a migration finds nothing missing, until the entities declare another text', () =>
    migrated(database(), [LargeThing], async (dataSource) => {
      const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-views-'));
      try {
        const missing = async (view: Function) =>
          findMissingChanges(
            plainDataSource(database(), { entities: [THING, view], migrations: [history] }),
            { folder, scratchUrl: urlOf(postgresServer()) },
          );
        const words = async (view: Function) => Object.values((await missing(view)).changes).flat();
        expect(await words(LargeThing)).to.deep.equal([]);
        expect(await words(LargestThing)).to.deep.equal(['large_thing: view, another text']);
      } finally {
        await rm(folder, { recursive: true });
      }
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    }));

  it('A view that is missing is a difference, which names it', () =>
    migrated(database(), [LargeThing], async (dataSource) => {
      await dataSource.query('DROP VIEW "large_thing"');
      expect(await findings(dataSource)).to.deep.equal({ ...IN_SYNC, status: 'drifted', changes: [MISSING] });
    }));

  it('A view that the entities declare with another text than TypeORM recorded is a difference', () =>
    migrated(database(), [LargestThing], async (dataSource) => {
      const report = await checkDrift(dataSource);
      expect(reportLines(report, false)).to.deep.equal([
        '1 difference',
        '',
        'views',
        `  ~ View large_thing: text is ${LARGE}, the entities declare ${LARGEST}.`,
      ]);
    }));

  it('A view without a record of its text cannot be compared where the database keeps another form', () =>
    migrated(database(), [LargeThing], async (dataSource) => {
      // SQLite keeps the text itself.
      const uncomparable =
        database().dialect === 'sqlite' ? [] : [`view .large_thing: ${LARGE} / null: ${UNRECORDED}${ADD}`];
      await dataSource.query('DELETE FROM "typeorm_metadata"');
      expect(await withoutVersion(findings(dataSource))).to.deep.equal({ ...IN_SYNC, uncomparable });
      await dataSource.query('DROP TABLE "typeorm_metadata"');
      expect(await withoutVersion(findings(dataSource))).to.deep.equal({ ...IN_SYNC, uncomparable });
    }));

  it('A view excluded with `synchronize: false` is passed over, whatever it is', () =>
    synchronized(database(), { entities: [THING, ExcludedThing] }, async (dataSource) => {
      await dataSource.query('CREATE VIEW "large_thing" AS SELECT 1 AS one');
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'The entity of a view on PostgreSQL', (database) => {
  it('The entity of a materialized view is in sync after synchronize, and differs from a view', async () => {
    const entities = [THING, MaterializedThing];
    await synchronized(database(), { entities }, async (dataSource) => {
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
      await dataSource.query(`DROP MATERIALIZED VIEW "large_thing"`);
      await dataSource.query(`CREATE VIEW "large_thing" AS ${LARGE}`);
      expect((await findings(dataSource)).changes).to.deep.equal([
        'alter-view: View large_thing: materialized is no, the entities declare yes.',
      ]);
    });
  });

  it('A view in a schema without a table of the entities is in sync', async () => {
    @ViewEntity({ name: 'large', schema: 'reports', expression: LARGE })
    class Report {
      @ViewColumn()
      id!: number;
    }
    const dataSource = await plainDataSource(database(), { entities: [THING, Report] }).initialize();
    try {
      await dataSource.query('CREATE SCHEMA "reports"');
      await dataSource.synchronize();
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    } finally {
      await dataSource.destroy();
    }
  });

  it('The function of a policy on the records of TypeORM does not run', async () => {
    const entities = [THING, LargeThing];
    await synchronized(database(), { entities }, async (dataSource) => {
      for (const sql of [
        'CREATE SEQUENCE calls',
        `CREATE FUNCTION counted() RETURNS boolean LANGUAGE sql AS $$ SELECT nextval('calls') > 0 $$`,
        'CREATE POLICY counts ON typeorm_metadata USING (counted())',
        'ALTER TABLE typeorm_metadata ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
        'CREATE ROLE reads_records',
        'GRANT SELECT ON typeorm_metadata, calls TO reads_records',
      ])
        await dataSource.query(sql);
      await dataSource.query(
        `ALTER DATABASE "${String(dataSource.options.database)}" SET role = reads_records`,
      );
      const another = await plainDataSource(database(), { entities }).initialize();
      const { uncomparable } = await withoutVersion(findings(another)).finally(() => another.destroy());
      expect(uncomparable).to.have.length(1);
      expect(uncomparable[0]).to.contain('it has row-level security, whose policies would run as this role');
      expect(await dataSource.query('SELECT is_called FROM calls')).to.deep.equal([{ is_called: false }]);
      await dataSource.query('REVOKE ALL ON typeorm_metadata, calls FROM reads_records');
      await dataSource.query('DROP ROLE reads_records');
    });
  });

  it('A role that may not read the records of TypeORM is told so', () =>
    migrated(database(), [LargeThing], async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const role = `reader_${String(process.pid)}`;
      await queryRunner.query(`CREATE ROLE ${role}`);
      try {
        await queryRunner.query(`GRANT SELECT ON "migrations" TO ${role}`);
        await dataSource.query(`ALTER DATABASE "${String(dataSource.options.database)}" SET role = ${role}`);
        await queryRunner.release();
        const another = await plainDataSource(database(), { entities: [THING, LargeThing] }).initialize();
        const { uncomparable } = await withoutVersion(findings(another)).finally(() => another.destroy());
        expect(uncomparable).to.deep.equal([
          `view .large_thing: ${LARGE} / null: the table typeorm_metadata, which has its text, cannot be read: permission denied for table typeorm_metadata${ADD}`,
        ]);
      } finally {
        await dataSource.query(`ALTER DATABASE "${String(dataSource.options.database)}" RESET role`);
        await dataSource.query(`DROP OWNED BY ${role}`);
        await dataSource.query(`DROP ROLE ${role}`);
      }
    }));
});
