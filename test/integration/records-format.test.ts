import { expect } from 'chai';
import { RecordsNewerError } from '../../src/errors/records.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { rowsOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { expectFailure, formerState, only, recordsIn } from '../support/failures.js';
import { withFormerLog } from '../support/long-log.js';
import { revision } from '../support/revisions.js';
import { runShelvesProcess } from '../support/run-shelves.js';
import { COUNT, FILL, MAKE, shelves } from '../support/shelves.js';

const CORALS = 'MakeCorals1800000000421';
const MAKE_CORALS = revision(CORALS, ['CREATE TABLE corals (id integer)'], ['DROP TABLE corals']);
const REEFS = revision('MakeReefs1800000000422', ['CREATE TABLE reefs (id integer)'], ['DROP TABLE reefs']);

/** What the first version notes at the beginning of a run. */
const FORMER_RUN = `INSERT INTO "migrations_run" ("direction", "planned", "allowed", "actor", "host", "pid", "tool")
  VALUES ('up', '[]', '[]', 'ann', 'web-1', 71, 'orchestrator-db 0.1.0')`;

const NEWER = {
  postgres: ['ALTER TABLE "migrations_run" ALTER COLUMN "format" SET DEFAULT 3'],
  sqlite: [
    'ALTER TABLE "migrations_run" DROP COLUMN "format"',
    'ALTER TABLE "migrations_run" ADD COLUMN "format" integer NOT NULL DEFAULT 3',
  ],
} as const;

const INDEXES = {
  postgres: `SELECT indexname AS name FROM pg_indexes WHERE tablename = 'migrations_attempt'`,
  sqlite: `SELECT name FROM pragma_index_list('migrations_attempt')`,
} as const;

eachDatabase('The format of the log', (database) => {
  it('The format of the log is 1 in new tables, and the statements of the first version work on them', async () => {
    const dataSource = await database().connect(only(MAKE_CORALS));
    await migrateUp(dataSource);
    await dataSource.query(FORMER_RUN);
    const rows = await rowsOf(database(), 'SELECT "format" FROM "migrations_run"');
    expect(rows.map(({ format }) => Number(format))).to.deep.equal([1, 1]);
    expect((await readHistory(dataSource)).map(({ outcome }) => outcome)).to.deep.equal([
      'completed',
      'interrupted',
    ]);
  });

  it('The format of the log is refused where it is newer, whatever is asked, and nothing is changed', async () => {
    const dataSource = await database().connect(only(MAKE_CORALS, REEFS));
    await migrateUp(dataSource, { target: '+1' });
    for (const sql of NEWER[database().dialect]) await dataSource.query(sql);
    const before = await formerState(database());
    const words = /^"migrations_run" has format 3, and this version .* up to 2. Nothing was changed. Install/;
    for (const read of [readStatus, readHistory, migrateUp])
      await expectFailure(read(dataSource), RecordsNewerError, words);
    expect(await formerState(database())).to.deep.equal(before);
    expect(await recordsIn(database())).to.deep.equal([CORALS]);
  });

  it('The format of the log stays that of the first version, whose tables get indexes while its replicas read and write them', async function () {
    this.timeout(180_000);
    const dataSource = await database().connect(shelves('made'));
    await migrateUp(dataSource, { target: '+1' });
    await withFormerLog(dataSource, database().dialect);
    const processes = ['up', 'status', 'up', 'status'].map((command) =>
      runShelvesProcess('made', database().url, command),
    );
    await dataSource.query(FORMER_RUN);
    for (const { code, stderr } of await Promise.all(processes))
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    await dataSource.query(FORMER_RUN);
    expect(await recordsIn(database())).to.deep.equal([MAKE, FILL, COUNT]);
    const attempts = await rowsOf(database(), 'SELECT "revision" FROM "migrations_attempt" ORDER BY "id"');
    expect(attempts.map((row) => row['revision'])).to.deep.equal([FILL, COUNT]);
    const indexes = await rowsOf(database(), INDEXES[database().dialect]);
    expect(indexes.map(({ name }) => name)).to.include('migrations_attempt_run_id_id');
    expect((await readStatus(dataSource)).pending).to.deep.equal([]);
  });
});
