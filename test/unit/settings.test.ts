import { expect } from 'chai';
import { parseDatabaseUrl } from '../../src/database-url.js';
import { SettingsError } from '../../src/errors/base.js';
import { parseSettings, type Environment } from '../../src/settings.js';
import { thrownBy } from './support/thrown-by.js';

const DEFAULTS = {
  database: { dialect: 'sqlite', path: './orchestrator.db', shown: 'sqlite:./orchestrator.db' },
  databaseGiven: false,
  poolSize: 10,
  connectTimeoutMs: 5000,
  statementTimeoutMs: 0,
  busyTimeoutMs: 5000,
  logLevel: 'info',
};

const GIVEN: readonly { readonly env: Environment; readonly changes: object }[] = [
  {
    env: { DATABASE_URL: 'sqlite:./other.db' },
    changes: {
      database: { dialect: 'sqlite', path: './other.db', shown: 'sqlite:./other.db' },
      databaseGiven: true,
    },
  },
  { env: { DB_POOL_SIZE: '1' }, changes: { poolSize: 1 } },
  { env: { DB_POOL_SIZE: '999999999' }, changes: { poolSize: 999_999_999 } },
  { env: { DB_CONNECT_TIMEOUT_MS: '1234' }, changes: { connectTimeoutMs: 1234 } },
  { env: { DB_STATEMENT_TIMEOUT_MS: '2345' }, changes: { statementTimeoutMs: 2345 } },
  { env: { DB_BUSY_TIMEOUT_MS: '0' }, changes: { busyTimeoutMs: 0 } },
  { env: { DB_LOG: 'error' }, changes: { logLevel: 'error' } },
  { env: { DB_LOG: 'sql' }, changes: { logLevel: 'sql' } },
  {
    env: { SCRATCH_DATABASE_URL: 'sqlite:./scratch.db' },
    changes: { scratch: { dialect: 'sqlite', path: './scratch.db', shown: 'sqlite:./scratch.db' } },
  },
  {
    env: {
      DATABASE_URL: 'postgres://one/orders',
      DATABASE_REPLICA_URLS: 'postgres://two,three/orders, postgresql://four/orders\npostgres://five/orders',
    },
    changes: {
      database: {
        dialect: 'postgres',
        host: 'one',
        port: 5432,
        database: 'orders',
        ssl: false,
        shown: 'postgres://one/orders',
      },
      databaseGiven: true,
      replicas: ['two,three', 'four', 'five'].map((host) =>
        parseDatabaseUrl('DATABASE_REPLICA_URLS', `postgres://${host}/orders`),
      ),
    },
  },
  { env: { ADMIN_PASSWORD: 'open sesame' }, changes: { adminPassword: 'open sesame' } },
];

const REFUSED: readonly {
  readonly variable: string;
  readonly text: string;
  readonly problem: string;
  readonly example: string;
}[] = [
  ...['0', '-3', '1.5', 'ten', '1e3', ' 7', '1000000000', '0x10'].map((text) => ({
    variable: 'DB_POOL_SIZE',
    text,
    problem: `"${text}" is not a whole number from 1 to 999999999`,
    example: '10',
  })),
  {
    variable: 'DB_CONNECT_TIMEOUT_MS',
    text: '0',
    problem: '"0" is not a whole number from 1 to 999999999',
    example: '5000',
  },
  {
    variable: 'DB_STATEMENT_TIMEOUT_MS',
    text: '30s',
    problem: '"30s" is not a whole number from 0 to 999999999',
    example: '0',
  },
  {
    variable: 'DB_BUSY_TIMEOUT_MS',
    text: '-1',
    problem: '"-1" is not a whole number from 0 to 999999999',
    example: '5000',
  },
  { variable: 'DB_LOG', text: 'debug', problem: '"debug" is not one of error, info, sql', example: 'info' },
  { variable: 'DB_LOG', text: 'INFO', problem: '"INFO" is not one of error, info, sql', example: 'info' },
  ...['DATABASE_URL', 'SCRATCH_DATABASE_URL'].map((variable) => ({
    variable,
    text: 'mysql://localhost/orders',
    problem: 'unknown scheme "mysql"; supported are postgres:, postgresql: and sqlite:',
    example: 'postgres://user:password@localhost:5432/orchestrator',
  })),
];

describe('parseSettings', () => {
  it('parseSettings gives every setting its default', () => {
    expect(parseSettings({})).to.deep.equal(DEFAULTS);
  });

  it('parseSettings treats an empty variable as unset', () => {
    const names = GIVEN.flatMap(({ env }) => Object.keys(env));
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(parseSettings(empty)).to.deep.equal(DEFAULTS);
  });

  for (const { env, changes } of GIVEN) {
    it(`parseSettings reads ${JSON.stringify(env)} and keeps the other defaults`, () => {
      expect(parseSettings(env)).to.deep.equal({ ...DEFAULTS, ...changes });
    });
  }

  for (const { variable, text, problem, example } of REFUSED) {
    it(`parseSettings refuses ${variable}=${text}, and names the variable, the problem and a valid value`, () => {
      const error = thrownBy(SettingsError, () => parseSettings({ [variable]: text }));
      expect(error).to.include({ code: 'SETTING_INVALID', variable, problem, example });
      expect(error.message).to.equal(`${variable}: ${problem}. Example: ${variable}=${example}`);
    });

    it(`parseSettings accepts its own example for ${variable}, in place of ${text}`, () => {
      expect(() => parseSettings({ [variable]: example })).not.to.throw();
    });
  }

  it('parseSettings refuses replicas of SQLite', () => {
    const refused = (env: Environment, problem: string) =>
      expect(() => parseSettings(env)).to.throw(
        SettingsError,
        `DATABASE_REPLICA_URLS: ${problem}. Example: DATABASE_REPLICA_URLS=postgres://user:password@replica:5432/orchestrator`,
      );
    const DATABASE_REPLICA_URLS = 'postgres://one/orders';
    refused({ DATABASE_REPLICA_URLS }, 'requires a DATABASE_URL of PostgreSQL');
    refused(
      {
        DATABASE_URL: 'postgres://one/orders',
        DATABASE_REPLICA_URLS: `${DATABASE_REPLICA_URLS} sqlite:./file.db`,
      },
      'has an SQLite URL; only PostgreSQL has replicas',
    );
  });

  it('parseSettings freezes its result', () => {
    const settings = parseSettings({ SCRATCH_DATABASE_URL: 'postgres://localhost/scratch' });
    expect(settings).to.be.frozen;
    expect(settings.database).to.be.frozen;
    expect(settings.scratch).to.be.frozen;
  });

  it('parseSettings does not change the environment', () => {
    const env = Object.freeze({ DB_POOL_SIZE: '3' });
    expect(() => parseSettings(env)).not.to.throw();
  });
});
