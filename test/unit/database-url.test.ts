import { expect } from 'chai';
import { parseDatabaseUrl } from '../../src/database-url.js';
import { SettingsError } from '../../src/errors/base.js';
import { thrownBy } from './support/thrown-by.js';

const SQLITE: readonly (readonly [url: string, path: string])[] = [
  ['sqlite:./file.db', './file.db'],
  ['sqlite:file.db', 'file.db'],
  ['sqlite:/abs/file.db', '/abs/file.db'],
  ['sqlite:///./file.db', './file.db'],
  ['sqlite:///file.db', 'file.db'],
  ['sqlite:////abs/file.db', '/abs/file.db'],
  ['sqlite::memory:', ':memory:'],
  ['sqlite:./a folder/fi#le.db', './a folder/fi#le.db'],
];

const POSTGRES: readonly { readonly url: string; readonly target: object }[] = [
  {
    url: 'postgres://ann:secret@db.example:5433/orders',
    target: {
      host: 'db.example',
      port: 5433,
      user: 'ann',
      password: 'secret',
      database: 'orders',
      shown: 'postgres://ann:***@db.example:5433/orders',
    },
  },
  {
    url: 'postgresql://ann:secret@db.example/orders',
    target: {
      host: 'db.example',
      port: 5432,
      user: 'ann',
      password: 'secret',
      database: 'orders',
      shown: 'postgres://ann:***@db.example/orders',
    },
  },
  {
    url: 'postgres://ann@db.example/orders',
    target: {
      host: 'db.example',
      port: 5432,
      user: 'ann',
      database: 'orders',
      shown: 'postgres://ann@db.example/orders',
    },
  },
  {
    url: 'postgres:///orders',
    target: { host: 'localhost', port: 5432, database: 'orders', shown: 'postgres://localhost/orders' },
  },
  {
    url: 'postgres://db.example/orders?host=10.0.0.7&port=6543',
    target: { host: '10.0.0.7', port: 6543, database: 'orders', shown: 'postgres://10.0.0.7:6543/orders' },
  },
  {
    url: 'postgres://db.example/orders?application_name=billing&options=-c%20search_path%3Dsales',
    target: {
      host: 'db.example',
      port: 5432,
      database: 'orders',
      applicationName: 'billing',
      options: '-c search_path=sales',
      shown: 'postgres://db.example/orders',
    },
  },
  {
    url: 'postgres://%C3%A5nn%40sales@[::1]:5433/a%2Fb%40c%3Ad%20e',
    target: {
      host: '::1',
      port: 5433,
      user: 'ånn@sales',
      database: 'a/b@c:d e',
      shown: 'postgres://%C3%A5nn%40sales@[::1]:5433/a%2Fb%40c%3Ad%20e',
    },
  },
  {
    url: 'postgres://ann@%2Fvar%2Frun/orders',
    target: {
      host: '/var/run',
      port: 5432,
      user: 'ann',
      database: 'orders',
      shown: 'postgres://ann@%2Fvar%2Frun/orders',
    },
  },
  {
    url: `postgres://ann:${encodeURIComponent('p@:/?# %')}@db.example/orders`,
    target: {
      host: 'db.example',
      port: 5432,
      user: 'ann',
      password: 'p@:/?# %',
      database: 'orders',
      shown: 'postgres://ann:***@db.example/orders',
    },
  },
];

const SQLITE_PATH = 'an SQLite URL requires the path of a file';
const SQLITE_HOST =
  'an SQLite URL has no host: write sqlite:./file.db for a path from here, sqlite:////folder/file.db for an absolute one';
const SQLITE_EXAMPLE = 'sqlite:./orchestrator.db';
const POSTGRES_EXAMPLE = 'postgres://user:password@localhost:5432/orchestrator';
const UNDERSTOOD = 'supported are postgres:, postgresql: and sqlite:';
const MISSING_DATABASE = 'the name of the database is missing at the end';

const NOT_ENCODED =
  'not a valid URL; check the port, and percent-encode the characters @ : / ? # % and spaces in user name and password (%40 %3A %2F %3F %23 %25 %20)';

const REFUSED: readonly (readonly [url: string, problem: string, example?: string])[] = [
  ['sqlite:', SQLITE_PATH, SQLITE_EXAMPLE],
  ['sqlite:///', SQLITE_PATH, SQLITE_EXAMPLE],
  ['sqlite://file.db', SQLITE_HOST, SQLITE_EXAMPLE],
  ['sqlite://///file.db', SQLITE_HOST, SQLITE_EXAMPLE],
  ['sqlite:./data/file.db?mode=ro', 'an SQLite URL takes no parameters', SQLITE_EXAMPLE],
  ['mysql://db.example/orders', `unknown scheme "mysql"; ${UNDERSTOOD}`],
  ['postgress://db.example/orders', `unknown scheme "postgress"; ${UNDERSTOOD}`],
  ['./file.db', `not a URL with a scheme; ${UNDERSTOOD}`],
  ['', `not a URL with a scheme; ${UNDERSTOOD}`],
  ['postgres://db.example', MISSING_DATABASE],
  ['postgres://db.example:5433/', MISSING_DATABASE],
  ['postgres://db.example/?sslmode=require', MISSING_DATABASE],
  [
    'postgres://db.example/orders/2026',
    'the name of the database contains one of / @ :, percent-encode them (also in user name and password)',
  ],
  ['postgres://ann@db.example:0/orders', 'bad port "0", a port is a number from 1 to 65535'],
  ['postgres://ann@db.example:65536/orders', 'bad port "65536", a port is a number from 1 to 65535'],
  [
    'postgres://db.example/orders?port=70000',
    'bad port in the parameter "port", a port is a number from 1 to 65535',
  ],
  [
    'postgres://db.example/orders?sslmod=require',
    'unknown parameter "sslmod"; supported are sslmode, sslrootcert, sslcert, sslkey, application_name, options, host, port, target_session_attrs, load_balance_hosts',
  ],
  ['postgres://db.example:65536/orders', 'bad port, a port is a number from 1 to 65535'],
  ['postgres://db.example:five/orders', NOT_ENCODED],
  ['postgres://db.example/orders#2026', NOT_ENCODED],
  ['postgres://db.example/orders?application_name=two words', NOT_ENCODED],
  ['postgres://ann%zz@db.example/orders', NOT_ENCODED],
  ['postgres://ann%E0%A4@db.example/orders', NOT_ENCODED],
  ['postgres://db.example/orders?sslmode=require&sslmode=disable', 'parameter "sslmode" is specified twice'],
];

describe('parseDatabaseUrl', () => {
  for (const [url, path] of SQLITE) {
    it(`parseDatabaseUrl reads ${url} as the SQLite database ${path}`, () => {
      const target = parseDatabaseUrl('DATABASE_URL', url);
      expect(target).to.deep.equal({ dialect: 'sqlite', path, shown: `sqlite:${path}` });
      expect(target).to.be.frozen;
    });
  }

  for (const { url, target } of POSTGRES) {
    it(`parseDatabaseUrl reads ${url}`, () => {
      const parsed = parseDatabaseUrl('DATABASE_URL', url);
      expect(parsed).to.deep.equal({ dialect: 'postgres', ssl: false, ...target });
      expect(parsed).to.be.frozen;
    });
  }

  for (const [url, problem, example = POSTGRES_EXAMPLE] of REFUSED) {
    it(`parseDatabaseUrl refuses "${url}" in one line with the variable, the problem and an example`, () => {
      const error = thrownBy(SettingsError, () => parseDatabaseUrl('SOME_URL', url));
      expect(error).to.include({ code: 'SETTING_INVALID', variable: 'SOME_URL', problem, example });
      expect(error.message).to.equal(`SOME_URL: ${problem}. Example: SOME_URL=${example}`);
    });
  }

  it('parseDatabaseUrl accepts the examples of its own messages', () => {
    for (const example of [SQLITE_EXAMPLE, POSTGRES_EXAMPLE])
      expect(() => parseDatabaseUrl('DATABASE_URL', example)).not.to.throw();
  });
});
