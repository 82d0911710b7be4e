import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sqlite } from '../../../../src/databases/sqlite/database.js';
import { chooseSqliteDriver } from '../../../../src/databases/sqlite/driver.js';
import { ConnectError } from '../../../../src/errors/base.js';
import { parseSettings } from '../../../../src/settings.js';
import { thrownBy } from '../../support/thrown-by.js';

const CANNOT_OPEN =
  'the file cannot be opened; check that this user may read and write it and its folder (SQLITE_CANTOPEN)';

const FAILURES: readonly (readonly [code: string | undefined, message: string, reason: string])[] = [
  [
    'SQLITE_NOTADB',
    'SQLITE_NOTADB: file is not a database',
    'the file is not an SQLite database; check the path (SQLITE_NOTADB)',
  ],
  [
    'SQLITE_NOTADB',
    'file is not a database',
    'the file is not an SQLite database; check the path (SQLITE_NOTADB)',
  ],
  [
    undefined,
    'SQLITE_NOTADB: file is not a database',
    'the file is not an SQLite database; check the path (SQLITE_NOTADB)',
  ],
  [
    undefined,
    'Error: SQLITE_CORRUPT: database disk image is malformed',
    'the file is damaged; restore it from a backup, or recover its rows with .recover in sqlite3 (SQLITE_CORRUPT)',
  ],
  [
    'SQLITE_CORRUPT_VTAB',
    'database disk image is malformed',
    'the file is damaged; restore it from a backup, or recover its rows with .recover in sqlite3 (SQLITE_CORRUPT)',
  ],
  [
    'SQLITE_READONLY_DIRECTORY',
    'attempt to write a readonly database',
    'the file, or the folder it is in, cannot be written, or the connection has set PRAGMA query_only (SQLITE_READONLY)',
  ],
  ['SQLITE_CANTOPEN', 'SQLITE_CANTOPEN: unable to open database file', CANNOT_OPEN],
  ['SQLITE_CANTOPEN_ISDIR', 'unable to open database file', CANNOT_OPEN],
  [
    'SQLITE_BUSY',
    'SQLITE_BUSY: database is locked',
    'another process has locked the file; wait until it has ended, or set DB_BUSY_TIMEOUT_MS higher (SQLITE_BUSY)',
  ],
  ['SQLITE_FULL', 'SQLITE_FULL: database or disk is full', 'the disk is full (SQLITE_FULL)'],
  ['SQLITE_NOMEM', 'out of memory', 'out of memory'],
  ['EACCES', 'EACCES: permission denied, mkdir', 'EACCES: permission denied, mkdir'],
];

const settingsFor = (url: string) => parseSettings({ DATABASE_URL: url, DB_BUSY_TIMEOUT_MS: '4321' });

describe('The SQLite dialect', () => {
  for (const [code, message, reason] of FAILURES) {
    it(`The SQLite dialect explains ${code ?? 'no code'}, "${message}", and does not retry`, () => {
      const error = Object.assign(new Error(message), code === undefined ? {} : { code });
      expect(sqlite.explainConnectFailure(error)).to.deep.equal({ reason, transient: false });
    });
  }

  it('The SQLite dialect rejects a file in a missing folder and does not create the folder', () => {
    const folder = join(tmpdir(), 'orchestrator-db-no-such-folder');
    const settings = settingsFor(`sqlite:${folder}/orders.db`);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error = thrownBy(ConnectError, () => sqlite.assertReachable(settings, { readOnly: false }));
      expect(error.message).to.equal(
        `Cannot connect to sqlite:${folder}/orders.db: the folder ${folder} does not exist.`,
      );
      expect(error.failure.transient).to.equal(false);
    }
  });

  it('The SQLite dialect accepts an existing folder and a database in memory', () => {
    expect(() =>
      sqlite.assertReachable(settingsFor(`sqlite:${tmpdir()}/new.db`), { readOnly: false }),
    ).not.to.throw();
    expect(() => sqlite.assertReachable(settingsFor('sqlite::memory:'), { readOnly: false })).not.to.throw();
  });

  it('The SQLite dialect opens the file with the installed driver, WAL and the busy timeout', () => {
    const options: Record<string, unknown> = {
      ...sqlite.connectionOptions(settingsFor('sqlite:./orders.db')),
    };
    const { type, module } = chooseSqliteDriver();
    expect(options).to.include({ type, driver: module, database: './orders.db', enableWAL: true });
    expect(options[type === 'sqlite' ? 'busyTimeout' : 'timeout']).to.equal(4321);
    expect(sqlite.driverTypes).to.include(type);
  });
});
