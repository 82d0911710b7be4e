import { expect } from 'chai';
import { chmod, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '../../src/data-source.js';
import { entities } from '../../src/entities/index.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings } from '../../src/settings.js';
import { runScript, type ProcessResult } from '../support/run-script.js';
import { runUnprivileged } from '../support/unprivileged.js';

const UNWRITABLE = 'the file cannot be written by this user';
const UNOPENED =
  'the file cannot be opened; check that this user may read and write it and its folder (SQLITE_CANTOPEN)';
const NO_DATABASE = 'the file is not an SQLite database; check the path (SQLITE_NOTADB)';

describe('An unusable SQLite file', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-file-'))));
  afterEach(async () => {
    await chmod(folder, 0o755);
    await rm(folder, { recursive: true, force: true });
  });
  const at = (...names: readonly string[]) => join(folder, ...names);
  const init = (path: string) => runScript('init-database', [], { env: { DATABASE_URL: `sqlite:${path}` } });

  it('db:init exits with 1 for a file in a missing folder, and changes nothing', async () => {
    expectRefused(await init(at('missing', 'test.db')), {
      path: at('missing', 'test.db'),
      reason: `the folder ${at('missing')} does not exist`,
    });
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('db:init exits with 1 for a missing file in a read-only folder, and changes nothing', async () => {
    await chmod(folder, 0o555);
    expectRefused(await runUnprivileged('init', `sqlite:${at('new.db')}`), {
      path: at('new.db'),
      reason: UNOPENED,
    });
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('db:init exits with 1 for an existing database in a read-only folder, and changes nothing', async () => {
    await makeDatabase(at('old.db'));
    const before = await readFile(at('old.db'));
    await chmod(at('old.db'), 0o444);
    await chmod(folder, 0o555);
    expectRefused(await runUnprivileged('init', `sqlite:${at('old.db')}`), {
      path: at('old.db'),
      reason: UNWRITABLE,
    });
    expect(await readdir(folder)).to.deep.equal(['old.db', 'old.db.migrate-lock']);
    expect((await readFile(at('old.db'))).equals(before)).to.equal(true);
  });

  it('db:init exits with 1 for a read-only database in a writable folder, and changes nothing', async () => {
    await makeDatabase(at('old.db'));
    const before = await readFile(at('old.db'));
    await chmod(at('old.db'), 0o444);
    await chmod(folder, 0o777);
    expectRefused(await runUnprivileged('init', `sqlite:${at('old.db')}`), {
      path: at('old.db'),
      reason: UNWRITABLE,
    });
    expect(await readdir(folder)).to.deep.equal(['old.db', 'old.db.migrate-lock']);
    expect((await readFile(at('old.db'))).equals(before)).to.equal(true);
  });

  it('status and check exit with 1 for a file with a damaged page, and say what to do', async () => {
    const path = at('old.db');
    const root = await makeDatabase(path);
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(root.size, 255), 0, root.size, root.size * (root.page - 1));
    await file.close();
    for (const command of ['status', 'check'])
      expect(
        await runScript('orchestrator-db', [command], { env: { DATABASE_URL: `sqlite:${path}` } }),
      ).to.deep.equal({
        code: 1,
        stdout: '',
        stderr:
          `error: sqlite:${path}: a statement failed: the file is damaged; restore it from a backup, or recover its rows with .recover in sqlite3 (SQLITE_CORRUPT). ` +
          'Earlier revisions stay applied. Fix the cause, then run the same command again.\n',
      });
  });

  it('down exits with 1 for a file that does not exist, and does not create it', async () => {
    const env = { DATABASE_URL: `sqlite:${at('none.db')}` };
    expect(await runScript('orchestrator-db', ['down'], { env })).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: `error: Cannot connect to sqlite:${at('none.db')}: the file does not exist; \`up\` creates it.\n`,
    });
    expect(await readdir(folder)).to.deep.equal([]);
  });

  for (const { title, bytes } of [
    { title: 'a text file', bytes: Buffer.from('not a database\n') },
    { title: 'a long file of other bytes', bytes: Buffer.alloc(20_000, 'another format ') },
  ]) {
    it(`db:init exits with 1 for a file that is no database, and changes nothing: ${title}`, async () => {
      await writeFile(at('other.db'), bytes);
      expectRefused(await init(at('other.db')), { path: at('other.db'), reason: NO_DATABASE });
      expect(await readdir(folder)).to.deep.equal(['other.db']);
      expect((await readFile(at('other.db'))).equals(bytes)).to.equal(true);
    });
  }

  it('db:init exits with 1 for a folder in place of the file, and changes nothing', async () => {
    await mkdir(at('folder.db'));
    expectRefused(await init(at('folder.db')), {
      path: at('folder.db'),
      reason: 'this is a folder, not a file',
    });
    expect(await readdir(folder)).to.deep.equal(['folder.db']);
    expect(await readdir(at('folder.db'))).to.deep.equal([]);
  });
});

/** At head, and closed. */
/** Gives the page of the list of revisions, and the size of a page in bytes. */
async function makeDatabase(path: string): Promise<{ readonly page: number; readonly size: number }> {
  const settings = parseSettings({ DATABASE_URL: `sqlite:${path}` });
  const logger = new LineLogger('error', () => undefined);
  const dataSource = createDataSource(settings, { entities, migrations, logger });
  await dataSource.initialize();
  await dataSource.runMigrations();
  const [row] = await dataSource.query<{ readonly page: number; readonly size: number }[]>(
    `SELECT rootpage AS page, (SELECT page_size FROM pragma_page_size) AS size FROM sqlite_schema WHERE name = 'migrations'`,
  );
  await dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)');
  await dataSource.destroy();
  return row ?? { page: 0, size: 0 };
}

function expectRefused(result: ProcessResult, why: { readonly path: string; readonly reason: string }): void {
  expect(result).to.deep.equal({
    code: 1,
    stdout: `development database sqlite:${why.path}\n`,
    stderr: `error: Cannot connect to sqlite:${why.path}: ${why.reason}.\n`,
  });
}
