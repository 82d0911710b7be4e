import { expect } from 'chai';
import { parseDatabaseUrl, parseScratchUrl } from '../../src/database-url.js';
import { SettingsError } from '../../src/errors/base.js';

const NO_HOST = 'has a user and no host; write the host after the @, or in the parameter "host"';
const LENGTHS =
  'the lists of hosts and ports have different lengths; write one port for each host, or one for all';

const list = (servers: readonly (readonly [host: string, port: number])[], more: object = {}) => ({
  list: {
    servers: servers.map(([host, port]) => ({ host, port })),
    sessionAttributes: 'any',
    isBalanced: false,
    ...more,
  },
});

const LISTS: readonly { readonly url: string; readonly target: object }[] = [
  {
    url: `postgres://ann:${encodeURIComponent('a,b@c').replace('%2C', ',')}@one:5433,two/orders`,
    target: {
      host: 'one',
      port: 5433,
      user: 'ann',
      password: 'a,b@c',
      database: 'orders',
      shown: 'postgres://ann:***@one:5433,two/orders',
      ...list([
        ['one', 5433],
        ['two', 5432],
      ]),
    },
  },
  {
    url: 'postgres:///orders?host=10.0.0.7,10.0.0.8&port=6543&target_session_attrs=read-write',
    target: {
      host: '10.0.0.7',
      port: 6543,
      database: 'orders',
      shown: 'postgres://10.0.0.7:6543,10.0.0.8:6543/orders',
      ...list(
        [
          ['10.0.0.7', 6543],
          ['10.0.0.8', 6543],
        ],
        { sessionAttributes: 'read-write' },
      ),
    },
  },
  {
    url: 'postgres://ann:secret@/orders?host=one,two,three&port=1,2,3',
    target: {
      host: 'one',
      port: 1,
      user: 'ann',
      password: 'secret',
      database: 'orders',
      shown: 'postgres://ann:***@one:1,two:2,three:3/orders',
      ...list([
        ['one', 1],
        ['two', 2],
        ['three', 3],
      ]),
    },
  },
  {
    url: 'postgres://ann@:5433/orders?host=one,two',
    target: {
      host: 'one',
      port: 5433,
      user: 'ann',
      database: 'orders',
      shown: 'postgres://ann@one:5433,two:5433/orders',
      ...list([
        ['one', 5433],
        ['two', 5433],
      ]),
    },
  },
  {
    url: 'postgres://ann@/orders?host=%2Frun%2Fpg',
    target: {
      host: '/run/pg',
      port: 5432,
      user: 'ann',
      database: 'orders',
      shown: 'postgres://ann@%2Frun%2Fpg/orders',
    },
  },
  {
    url: 'postgres://[::1]:5433,%2Frun%2Fpg/orders?load_balance_hosts=random',
    target: {
      host: '::1',
      port: 5433,
      database: 'orders',
      shown: 'postgres://[::1]:5433,%2Frun%2Fpg/orders',
      ...list(
        [
          ['::1', 5433],
          ['/run/pg', 5432],
        ],
        { isBalanced: true },
      ),
    },
  },
  {
    url: 'postgres://one/orders?target_session_attrs=standby',
    target: {
      host: 'one',
      port: 5432,
      database: 'orders',
      shown: 'postgres://one/orders',
      ...list([['one', 5432]], { sessionAttributes: 'standby' }),
    },
  },
  {
    url: 'postgres://one/orders?load_balance_hosts=random&target_session_attrs=any',
    target: { host: 'one', port: 5432, database: 'orders', shown: 'postgres://one/orders' },
  },
];

const REFUSED: readonly (readonly [url: string, problem: string])[] = [
  ['postgres://ann@/orders', NO_HOST],
  ['postgres://ann@/orders?host=', NO_HOST],
  ['postgres:///orders?host=one,two,three&port=1,2', LENGTHS],
  ['postgres:///orders?host=one&port=1,2', LENGTHS],
  ['postgres://one/orders?port=1,2', LENGTHS],
  ['postgres://one,two/orders?host=three', LENGTHS],
  ['postgres://one:1,two:99999/orders', 'bad port, a port is a number from 1 to 65535'],
  [
    'postgres://one,two/orders?target_session_attrs=master',
    'target_session_attrs "master" is not supported; choose one of any, read-write, read-only, primary, standby, prefer-standby',
  ],
  [
    'postgres://one,two/orders?load_balance_hosts=on',
    'load_balance_hosts "on" is not supported; choose one of disable, random',
  ],
];

describe('A database URL with several servers', () => {
  for (const { url, target } of LISTS)
    it(`A database URL with several servers is read: ${url}`, () => {
      const parsed = parseDatabaseUrl('DATABASE_URL', url);
      expect(parsed).to.deep.equal({ dialect: 'postgres', ssl: false, ...target });
      expect(parsed).to.be.frozen;
    });

  for (const [url, problem] of REFUSED)
    it(`A database URL with several servers, or none, is refused: ${url}`, () => {
      expect(() => parseDatabaseUrl('SOME_URL', url)).to.throw(
        SettingsError,
        `SOME_URL: ${problem}. Example:`,
      );
    });

  it('parseScratchUrl refuses several servers', () => {
    const problem =
      'has several servers or target_session_attrs; scratch databases are created on one server';
    for (const url of ['postgres://one,two/postgres', 'postgres://one/postgres?target_session_attrs=primary'])
      expect(() => parseScratchUrl('SOME_URL', url)).to.throw(SettingsError, `SOME_URL: ${problem}.`);
    expect(parseScratchUrl('SOME_URL', 'postgres://one/postgres')).to.include({ host: 'one' });
  });
});
