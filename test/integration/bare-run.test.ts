import { expect } from 'chai';
import type { DataSource, QueryRunner } from 'typeorm';
import { databaseOf } from '../../src/databases/registry.js';
import { recordTables } from '../../src/databases/records/tables.js';
import type { Session } from '../../src/databases/session.js';
import { LockLostError, RevisionFailedError, SchemaNotRecordedError } from '../../src/errors/migration.js';
import { readRawCatalog } from '../../src/generate/verify/raw-catalog.js';
import { migrations } from '../../src/migrations/index.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { planDown, planUp } from '../../src/migrator/plan.js';
import { orderRevisions, Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { runOn } from '../../src/migrator/run.js';
import type { RunOptions } from '../../src/migrator/run-context.js';
import { projectFor, type Project } from '../../src/migrator/state.js';
import { readStatus } from '../../src/migrator/status.js';
import { parseTarget } from '../../src/migrator/target.js';
import { expectFailure } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { BARE, eachSession } from '../support/sessions.js';

type Classes = readonly (new () => object)[];

const PARTS = revision(
  'MakeParts1800000000701',
  ['CREATE TABLE "parts" ("id" integer PRIMARY KEY)', 'INSERT INTO "parts" VALUES (1)'],
  ['DROP TABLE "parts"'],
);
const WRONG = revision(
  'WrongParts1800000000702',
  ['CREATE TABLE "half" ("id" integer)', 'INSERT INTO "nowhere" VALUES (1)'],
  [],
);

class WriteByHand1800000000703 {
  up(): Promise<void> {
    return Promise.resolve();
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

class SendMore1800000000704 extends Revision {
  override readonly postgres: DialectStatements = { up: [], down: [] };
  override readonly sqlite: DialectStatements = { up: [], down: [] };

  override async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('SELECT 1');
  }
}

/** What a run over a bare driver knows of a project. */
function projectOn(dataSource: DataSource, classes: Classes): Project {
  return projectFor({
    database: databaseOf(dataSource),
    tables: recordTables(dataSource),
    revisions: orderRevisions(classes.map((made) => new made() as never)),
    entityTables: () => [{ path: 'jobs', schema: undefined, name: 'jobs', tableName: 'jobs' }],
  });
}

interface Run {
  readonly direction: 'up' | 'down';
  readonly target: string;
  readonly options?: RunOptions;
}

async function runBare(session: Session, project: Project, { direction, target, options = {} }: Run) {
  const decide = direction === 'up' ? planUp : planDown;
  return runOn(session, project, {
    request: { direction, plan: ({ history }) => decide({ history, target: parseTarget(target) }) },
    options,
  });
}

/** Everything that happened, without what differs between two runs. */
function keeping(): { readonly seen: readonly unknown[]; readonly onEvent: (event: MigrationEvent) => void } {
  const seen: unknown[] = [];
  const onEvent = (event: MigrationEvent) =>
    seen.push({ ...event, ...(event.kind === 'finished' ? { durationMs: 0 } : {}) });
  return { seen, onEvent };
}

/** The list of revisions and the log of its newest run, without times and numbers. */
async function recordsOf(dataSource: DataSource): Promise<unknown> {
  const { migrations: list, attempts, runs } = recordTables(dataSource);
  const read = (sql: string) => dataSource.query<readonly object[]>(sql);
  return {
    list: await read(`SELECT "timestamp", "name" FROM ${list.sql} ORDER BY "id"`),
    attempts: await read(
      `SELECT "revision", "direction", "kind", "outcome", "checksum_up", "checksum_down", "tries", "error" FROM ${attempts.sql}
        WHERE "run_id" = (SELECT max("id") FROM ${runs.sql}) ORDER BY "id"`,
    ),
    run: await read(
      `SELECT "direction", "planned", "actor", "host", "pid", "tool", "outcome", "error" FROM ${runs.sql} ORDER BY "id" DESC LIMIT 1`,
    ),
  };
}

eachSession(
  'A run without TypeORM',
  (opened) => {
    const scene = async (classes: Classes) => {
      const { open, database } = opened();
      const dataSource = await database.connect({ entities: [], migrations: [...classes] as never });
      return { session: await open(), dataSource, project: projectOn(dataSource, classes) };
    };
    const catalogOf = async (dataSource: DataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      return readRawCatalog(queryRunner).finally(() => queryRunner.release());
    };

    it('A run without TypeORM leaves the same tables, records and events as over TypeORM, both ways', async () => {
      const { session, dataSource, project } = await scene(migrations);
      const ways = {
        bare: {
          up: (options: RunOptions) =>
            runBare(session, project, { direction: 'up', target: 'head', options }),
          down: (options: RunOptions) =>
            runBare(session, project, { direction: 'down', target: 'base', options }),
        },
        typeorm: {
          up: (options: RunOptions) => migrateUp(dataSource, options),
          down: (options: RunOptions) => migrateDown(dataSource, { ...options, target: 'base' }),
        },
      };
      const taken = async (go: (options: RunOptions) => Promise<{ readonly done: readonly object[] }>) => {
        const { seen, onEvent } = keeping();
        const { done } = await go({ onEvent });
        expect(done).to.have.length(migrations.length);
        return { seen, catalog: await catalogOf(dataSource), records: await recordsOf(dataSource) };
      };
      const [bareUp, bareDown] = [await taken(ways.bare.up), await taken(ways.bare.down)];
      const [up, down] = [await taken(ways.typeorm.up), await taken(ways.typeorm.down)];
      expect(bareUp).to.deep.equal(up);
      expect(bareDown).to.deep.equal(down);
    });

    it('A run without TypeORM rolls a revision back that fails, notes why, and keeps those before it', async () => {
      const { session, dataSource, project } = await scene([PARTS, WRONG]);
      await expectFailure(
        runBare(session, project, { direction: 'up', target: 'head' }),
        RevisionFailedError,
        /WrongParts1800000000702: up failed: .*nowhere.* Its transaction was rolled back/s,
      );
      expect(session.openTransactions).to.equal(0);
      const status = await readStatus(dataSource);
      expect(status.pending).to.have.length(1);
      const catalog = await catalogOf(dataSource);
      expect(catalog.some((line) => line.includes('half'))).to.equal(false);
      expect(JSON.stringify(await recordsOf(dataSource))).to.match(/"outcome":"failed".*nowhere/);
    });

    it('A run without TypeORM reports that a class written by hand needs TypeORM', async () => {
      for (const classes of [[WriteByHand1800000000703], [SendMore1800000000704]] as const) {
        const { session, project } = await scene(classes);
        await expectFailure(
          runBare(session, project, { direction: 'up', target: 'head' }),
          RevisionFailedError,
          /its up is written by hand, which needs a DataSource of TypeORM/,
        );
      }
    });

    it('A run without TypeORM runs each revision once where two processes start at the same time', async () => {
      const { session, dataSource, project } = await scene([PARTS]);
      const other = await opened().open();
      const runs = await Promise.all(
        [session, other].map((one) => runBare(one, project, { direction: 'up', target: 'head' })),
      );
      expect(runs.map(({ done }) => done.length).sort()).to.deep.equal([0, 1]);
      expect(await dataSource.query('SELECT "id" FROM "parts"')).to.have.length(1);
    });

    it('A run without TypeORM refuses tables of the entities that no revision has made', async () => {
      const { session, dataSource, project } = await scene([PARTS]);
      await dataSource.query('CREATE TABLE "jobs" ("id" integer)');
      await expectFailure(
        runBare(session, project, { direction: 'up', target: 'head' }),
        SchemaNotRecordedError,
        /jobs/,
      );
    });
  },
  BARE,
);

eachSession(
  'A run without TypeORM that loses its lock',
  (opened) => {
    it('A run without TypeORM that loses its lock records nothing of the revision', async () => {
      const { open, database } = opened();
      const ended = revision(
        'EndTheLock1800000000705',
        [
          'CREATE TABLE "ended" ("id" integer)',
          `SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid <> pg_backend_pid()
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        ],
        [],
      );
      const dataSource = await database.connect({ entities: [], migrations: [PARTS, ended] });
      const session = await open();
      await expectFailure(
        runBare(session, projectOn(dataSource, [PARTS, ended]), { direction: 'up', target: 'head' }),
        LockLostError,
        /lock/,
      );
      const { pending } = await readStatus(dataSource);
      expect(pending).to.have.length(1);
      expect(await dataSource.query(`SELECT to_regclass('ended') AS "t"`)).to.deep.equal([{ t: null }]);
    });
  },
  BARE.filter(({ dialect }) => dialect === 'postgres'),
);
