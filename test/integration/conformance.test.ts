import { expect } from 'chai';
import { CHECKS } from '../../src/databases/conformance/all-checks.js';
import type { Database } from '../../src/databases/database.js';
import { postgres } from '../../src/databases/postgres/database.js';
import { sqlite } from '../../src/databases/sqlite/database.js';
import { messageOf } from '../../src/errors/base.js';
import { BROKEN } from '../support/broken-databases.js';
import { BROKEN_ON_POSTGRES } from '../support/broken-planners.js';
import { onPostgresServer, onSqliteFiles } from '../support/conformance.js';

describe('SQLite conforms', () => {
  for (const { name, run } of CHECKS) it(name, () => run(onSqliteFiles(sqlite)));
});

describe('PostgreSQL conforms', () => {
  for (const { name, run } of CHECKS) it(name, () => run(onPostgresServer(postgres)));
});

/** A database of its own that keeps its rows in files of SQLite: no folder of `src` knows of it. */
const NAME = 'pebble';
const pebble: Database<typeof NAME> = {
  ...sqlite,
  name: NAME,
  title: 'Pebble',
  capabilities: {
    ...sqlite.capabilities,
    traffic: true,
    copiesFiles: false,
    nonTransactionalStatements: true,
  },
  records: {
    ...sqlite.records,
    text: 'varchar(255)',
    instant: 'timestamp',
    equals: 'IS',
    differs: 'IS NOT',
    now: `(strftime('%Y-%m-%d %H:%M:%f', 'now'))`,
  },
  migration: { ...sqlite.migration, name: NAME, actor: () => 'pebble' },
  catalog: {
    columns: { ...sqlite.catalog.columns, dialect: NAME },
    canonicalize: (...given) => sqlite.catalog.canonicalize(...given),
    views: (...given) => sqlite.catalog.views(...given),
    introspect: async (...given) => {
      const live = await sqlite.catalog.introspect(...given);
      return { ...live, schema: { ...live.schema, dialect: NAME } };
    },
  },
  shownDatabase: ({ options }) => `pebble:${String(options.database)}`,
  typedError: (place, error) => {
    const typed = sqlite.typedError(place, error);
    if (typed instanceof Error && typed !== error)
      typed.message = typed.message.replace('sqlite:', 'pebble:');
    return typed;
  },
};

describe('A third database conforms, which only this test knows', () => {
  for (const { name, run } of CHECKS) it(name, () => run(onSqliteFiles(pebble)));
});

describe('A check of conformance', () => {
  it('A check of conformance is there for each broken database, and the other way round', () => {
    expect(Object.keys(BROKEN)).to.have.members(CHECKS.map(({ name }) => name));
  });

  const none: typeof BROKEN_ON_POSTGRES = {};
  const subjects = [
    { subject: onSqliteFiles, real: sqlite, others: none },
    { subject: onPostgresServer, real: postgres, others: BROKEN_ON_POSTGRES },
  ];
  for (const { subject, real, others } of subjects)
    for (const { name, run } of CHECKS)
      for (const { fault, of, only } of [...(BROKEN[name] ?? []), ...(others[name] ?? [])])
        if (only === undefined || only === real.name)
          it(`A check of conformance finds ${fault}: ${name} (${real.title})`, async () => {
            const found = await run(subject(of(real))).catch((error: unknown) => error);
            expect(found).to.be.an.instanceOf(Error).and.not.instanceOf(TypeError);
          });

  it('A check of conformance finds addresses that are not recognised: two addresses of one database are recognised', async () => {
    const migration = { ...postgres.migration, recordPlaces: () => Promise.resolve(undefined) };
    const check = CHECKS.find(({ name }) => name.startsWith('two addresses'));
    const found = await check?.run(onPostgresServer({ ...postgres, migration })).catch(messageOf);
    expect(found).to.equal(
      'Whether two addresses of one database are recognised: found false, expected true',
    );
  });
});
