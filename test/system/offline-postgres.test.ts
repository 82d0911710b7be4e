import { expect } from 'chai';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';
import { whileOpen } from '../support/shells.js';

const MAKE = revision(
  'MakeTwins1800000000351',
  ['CREATE TABLE "twins" ("id" integer)', 'INSERT INTO "twins" VALUES (1), (1)'],
  ['DROP TABLE "twins"'],
);

const MAKE_ONE = revision('MakeTwins1800000000351', ['CREATE TABLE "twins" ("id" integer)'], []);

class IndexTwins1800000000352 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ix_twins_id" ON "twins" ("id")'],
    down: ['DROP INDEX CONCURRENTLY IF EXISTS "ix_twins_id"'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

const CONTENTS = { entities: [], migrations: [MAKE, IndexTwins1800000000352] };
const VALID = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'ix_twins_id'::regclass`;
const LOCKS = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database =
  (SELECT oid FROM pg_database WHERE datname = current_database())`;

onDatabase('postgres', 'An offline script with a statement outside a transaction', (database) => {
  it('An offline script with a statement outside a transaction leaves nothing recorded when it fails, and rebuilds the index once the cause is fixed', async () => {
    const stderr = await stoppedScript(
      database(),
      await scriptFor(database(), CONTENTS, { direction: 'up' }),
    );
    expect(stderr).to.contain('could not create unique index "ix_twins_id"');
    expect(await rowsOf(database(), VALID)).to.deep.equal([{ valid: false }]);
    const dataSource = await database().connect(CONTENTS);
    expect(await readStatus(dataSource)).to.deep.include({ pending: ['IndexTwins1800000000352'] });
    expect(await rowsOf(database(), LOCKS)).to.deep.equal([]);

    await execute(database(), ['DELETE FROM "twins" WHERE ctid = (SELECT min(ctid) FROM "twins")']);
    await runOffline(database(), CONTENTS, { direction: 'up', target: 'MakeTwins..head' });

    expect(await rowsOf(database(), VALID)).to.deep.equal([{ valid: true }]);
    expect(await readStatus(dataSource)).to.deep.include({ pending: [], failed: [] });
    expect(await rowsOf(database(), LOCKS)).to.deep.equal([]);
  });

  it('An offline script with a statement outside a transaction holds the lock no longer than its section', async () => {
    const plain = { entities: [], migrations: [MAKE_ONE, IndexTwins1800000000352] };
    const script = await scriptFor(database(), plain, { direction: 'up' });
    await whileOpen(database().target, async (shell) => {
      await shell.send(script);
      expect(await rowsOf(database(), LOCKS)).to.deep.equal([]);
      const { code, stderr } = await shell.end();
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  });
});
