import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { withReadOnlyConnection } from '../../../src/databases/read-only-connection.js';
import { onDatabase } from '../../support/databases.js';
import { lendPlainFiles, onFile, plainFileSource, type PlainFiles } from '../../support/plain-sqlite.js';
import { runUnprivileged } from '../../support/unprivileged.js';
import { sqliteModel } from './sensitivity/sqlite-model.js';

class Revision1700000000000 {
  up(): Promise<void> {
    return Promise.reject(new Error('A check runs no revision.'));
  }

  down(): Promise<void> {
    return this.up();
  }
}

class Subscriber {
  constructor() {
    throw new Error('A check makes no subscriber.');
  }
}

const ROW = `INSERT INTO counters (id) VALUES (7)`;

describe('A check on SQLite writes nothing: it', () => {
  let files: PlainFiles;
  let path: string;

  before(async () => {
    files = await lendPlainFiles();
    path = await files.changed(await files.create('in-sync.db', sqliteModel), [ROW]);
  });
  after(() => files.takeBack());

  it('A check on SQLite writes nothing: it keeps every byte and adds no file', async () => {
    const before = await stateOf(dirname(path));
    expect((await checkDrift(plainFileSource(path, { entities: sqliteModel }))).status).to.equal('in-sync');
    expect(await stateOf(dirname(path))).to.deep.equal(before);
  });

  it('A check on SQLite writes nothing: it has a connection that could not write if it wanted to', async () => {
    const dataSource = plainFileSource(path, { entities: sqliteModel });
    const refusal = await withReadOnlyConnection(dataSource, () =>
      dataSource.query('CREATE TABLE t (a)').then(String, String),
    );
    expect(refusal).to.match(/readonly database/);
  });

  it('A check on SQLite writes nothing: it does not turn a file to WAL, nor one in WAL to anything else', async () => {
    for (const mode of ['delete', 'wal']) {
      const changed = await files.changed(path, [`PRAGMA journal_mode = ${mode}`]);
      const before = await readFile(changed);
      const options = { entities: sqliteModel, enableWAL: mode === 'delete' };
      expect((await checkDrift(plainFileSource(changed, options))).status).to.equal('in-sync');
      expect(before.equals(await readFile(changed))).to.equal(true);
    }
  });

  it('A check on SQLite writes nothing: it gives a DataSource back as it was, whatever its options would have done', async () => {
    const changed = await files.changed(path, ['ALTER TABLE counters ADD extra integer']);
    const dataSource = plainFileSource(changed, {
      entities: sqliteModel,
      migrations: [Revision1700000000000],
      subscribers: [Subscriber],
      synchronize: true,
      dropSchema: true,
      migrationsRun: true,
    });
    const before = { ...dataSource.options };
    const { changes, pending } = await checkDrift(dataSource);
    expect([changes.map(({ kind }) => kind), pending]).to.deep.equal([
      ['drop-column'],
      ['Revision1700000000000'],
    ]);
    expect({ ...dataSource.options }).to.deep.equal(before);
    expect(dataSource.isInitialized).to.equal(false);
    expect(await onFile(changed, {}, (raw) => raw.query('SELECT * FROM counters'))).to.deep.equal([
      { id: 7, extra: null },
    ]);
  });

  it('A check on SQLite writes nothing: it creates neither a file that is missing nor its folder', async () => {
    const [missing, nested] = [['missing.db'], ['nowhere', 'missing.db']].map((path) =>
      join(files.folder, ...path),
    ) as [string, string];
    for (const [path, reason] of [
      [missing, 'the file does not exist; `up` creates it'],
      [nested, `the folder ${dirname(nested)} does not exist`],
    ] as const) {
      const failure = await checkDrift(plainFileSource(path, {})).catch((error: unknown) => error);
      expect(failure).to.include({
        name: 'ConnectError',
        message: `Cannot connect to sqlite:${path}: ${reason}.`,
      });
    }
    expect([missing, dirname(nested)].map((path) => existsSync(path))).to.deep.equal([false, false]);
  });

  it('A check on SQLite writes nothing: it reads while another process is writing', async () => {
    const changed = await files.changed(path, []);
    await onFile(changed, {}, async (writer) => {
      await writer.query('BEGIN IMMEDIATE');
      await writer.query('INSERT INTO counters (id) VALUES (8)');
      const report = await checkDrift(plainFileSource(changed, { entities: sqliteModel }));
      expect(report.status).to.equal('in-sync');
      await writer.query('ROLLBACK');
    });
  });
});

onDatabase('sqlite', 'The check command on a file that may only be read', (database) => {
  async function readOnlyCopy(mode: 'delete' | 'wal'): Promise<string> {
    const source = await database().connectAtHead();
    await source.query(`PRAGMA journal_mode = ${mode}`);
    const { database: path } = source.options as { readonly database: string };
    await source.destroy();
    const folder = join(dirname(path), 'read-only');
    await mkdir(folder);
    await copyFile(path, join(folder, 'copy.db'));
    await chmod(dirname(path), 0o755);
    await chmod(join(folder, 'copy.db'), 0o444);
    await chmod(folder, 0o555);
    return join(folder, 'copy.db');
  }

  it('The check command on a file that may only be read is in sync, and the file and its folder are as before', async () => {
    const path = await readOnlyCopy('delete');
    const before = await stateOf(dirname(path));
    expect(await runUnprivileged('check', `sqlite:${path}`)).to.deep.equal({
      code: 0,
      stdout: 'in sync (7 tables)\n',
      stderr: '',
    });
    expect(await stateOf(dirname(path))).to.deep.equal(before);
    await chmod(dirname(path), 0o755);
  });

  it('The check command on a file that may only be read cannot open it when it is in WAL, and reports it', async () => {
    const path = await readOnlyCopy('wal');
    const { code, stdout, stderr } = await runUnprivileged('check', `sqlite:${path}`);
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(
      new RegExp(
        `^error: Cannot connect to sqlite:${path}: to read a file in WAL mode, .*, this user must be able to write to its folder .*\n$`,
      ),
    );
    await chmod(dirname(path), 0o755);
  });
});

/** Names, contents and times of all files of a folder. */
async function stateOf(folder: string): Promise<readonly (readonly [string, string, number])[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const hash = createHash('sha256').update(await readFile(join(folder, name)));
      return [name, hash.digest('hex'), (await stat(join(folder, name))).mtimeMs] as const;
    }),
  );
}
