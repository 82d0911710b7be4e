import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import type { DataSourceContents, GuardedDataSource } from '../../src/data-source.js';
import { LockWaitError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, only, onTarget, withClient } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000331',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);

onDatabase('postgres', 'The migration lock and the table that is meant (PostgreSQL)', (database) => {
  const named = 'schema: app';
  const found = 'search_path=app';
  const viewed = 'a view of it';

  /** Provides a DataSource that comes to the table in that way. */
  function meaning<T>(
    how: string,
    migrations: DataSourceContents['migrations'],
    use: (dataSource: GuardedDataSource) => Promise<T>,
  ): Promise<T> {
    const path = how === found ? 'app' : 'views, public';
    const target = {
      ...(database().target as PostgresTarget),
      options: `-c search_path=${path.replace(' ', '')}`,
    };
    return onTarget(target, { contents: only(...migrations) }, (dataSource) => {
      if (how === named) Object.assign(dataSource.driver.options, { schema: 'app' });
      return use(dataSource);
    });
  }

  /** A run that comes the other way, while a revision runs, has to wait. */
  async function expectOneLock(holds: string, waits: string): Promise<void> {
    let waiter: unknown;
    const body: DataSourceContents['migrations'][number] = handWritten(
      'WaitInside1800000000334',
      async () => {
        waiter = await failureOf(
          meaning(waits, [GAUGES, body], (dataSource) => migrateUp(dataSource, { lockWaitMs: 0 })),
        );
      },
    );
    await meaning(holds, [GAUGES, body], (dataSource) => migrateUp(dataSource));
    expect(waiter).to.be.instanceOf(LockWaitError);
  }

  beforeEach(() =>
    withClient(database().target, (client) => client.query('CREATE SCHEMA app; CREATE SCHEMA views')),
  );

  for (const [holds, waits] of [
    [named, found],
    [found, named],
    [named, viewed],
    [viewed, found],
  ] as const)
    for (const isThere of [holds, waits].includes(viewed) ? [true] : [true, false])
      it(`The migration lock and the table that is meant is one for ${holds} and ${waits}, where the table is ${isThere ? 'there' : 'to be made'}`, async () => {
        if (isThere) await meaning(named, [GAUGES], (dataSource) => migrateUp(dataSource));
        const view = 'CREATE VIEW views.migrations AS SELECT * FROM app.migrations';
        if (isThere) await withClient(database().target, (client) => client.query(view));
        await expectOneLock(holds, waits);
      });

  /** Other names of the rows of app.migrations, which are in the schema `views`. */
  const KIN: Readonly<Record<string, readonly string[]>> = {
    'a partition of it': [
      'CREATE TABLE views.migrations (LIKE app.migrations INCLUDING DEFAULTS) PARTITION BY RANGE (id)',
      'ALTER TABLE views.migrations ATTACH PARTITION app.migrations DEFAULT',
    ],
    'a partition of a partition of it': [
      'CREATE TABLE views.migrations (LIKE app.migrations INCLUDING DEFAULTS) PARTITION BY RANGE (id)',
      'CREATE TABLE views.below PARTITION OF views.migrations DEFAULT PARTITION BY RANGE (id)',
      'ALTER TABLE views.below ATTACH PARTITION app.migrations DEFAULT',
    ],
    'a table that inherits from it': [
      'CREATE TABLE views.migrations (LIKE app.migrations INCLUDING DEFAULTS)',
      'ALTER TABLE app.migrations INHERIT views.migrations',
    ],
    'a table that inherits from it and from an older one': [
      'CREATE TABLE views.migrations (LIKE app.migrations INCLUDING DEFAULTS)',
      'ALTER TABLE app.migrations INHERIT public.older',
      'ALTER TABLE app.migrations INHERIT views.migrations',
    ],
  };

  for (const [title, made] of Object.entries(KIN))
    for (const [holds, waits] of [
      [named, viewed],
      [viewed, named],
    ] as const)
      it(`The migration lock and the table that is meant is one for a list and ${title}, held by ${holds === named ? 'the partition or heir' : 'the other'}`, async () => {
        await withClient(database().target, (client) =>
          client.query('CREATE TABLE public.older (id integer NOT NULL)'),
        );
        await meaning(named, [GAUGES], (dataSource) => migrateUp(dataSource));
        await withClient(database().target, (client) => client.query(made.join(';')));
        await expectOneLock(holds, waits);
      });
});
