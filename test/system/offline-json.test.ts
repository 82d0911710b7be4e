import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { migrations } from '../../src/migrations/index.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { databaseState } from '../support/offline-state.js';

const PROJECT = { entities: [], migrations: [...migrations] };
const BEFORE = 'AdminUsers1795438800000';
const OPTIONS = { direction: 'up', target: `${BEFORE}..head` } as const;

/** Whether the shell of this machine is one of those to which NULL is no JSON. */
function rejectsNull(): boolean {
  return spawnSync('sqlite3', [':memory:', 'SELECT json_valid(NULL)'], { encoding: 'utf8' }).stdout === '0\n';
}

onDatabase('sqlite', 'An offline script that makes JSON columns on SQLite', (database) => {
  beforeEach(async () => {
    const dataSource = await database().connect(PROJECT);
    await migrateUp(dataSource, { target: BEFORE });
  });

  it('An offline script that makes JSON columns on SQLite runs where the table has no row', async () => {
    await runOffline(database(), PROJECT, OPTIONS);
    expect(await rowsOf(database(), 'SELECT "metadata" FROM "workers"')).to.deep.equal([]);
  });

  it('An offline script that makes JSON columns on SQLite runs as online where it has rows, or stops unharmed where this sqlite3 takes NULL for no JSON', async () => {
    await execute(database(), [`INSERT INTO "workers" ("worker_id", "worker_type") VALUES ('w', 'CLAUDE')`]);
    const before = await databaseState(database().target);
    if (rejectsNull()) {
      expect(await stoppedScript(database(), await scriptFor(database(), PROJECT, OPTIONS))).to.contain(
        'WorkersAndJobs1795663574228 rebuilds workers, which has JSON columns and rows: this version of sqlite3 rejects NULL as JSON. Use a newer sqlite3 or migrate online',
      );
      expect(await databaseState(database().target)).to.deep.equal(before);
    } else await runOffline(database(), PROJECT, OPTIONS);
    await migrateUp(await database().connect(PROJECT));
    expect(await rowsOf(database(), 'SELECT "metadata" FROM "workers"')).to.deep.equal([{ metadata: null }]);
  });
});
