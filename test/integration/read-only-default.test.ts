import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { DatabaseReadOnlyError } from '../../src/errors/connection.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only, onTarget, withClient } from '../support/failures.js';
import { startRestartablePostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import type { Revision } from '../../src/migrator/revision.js';
import { revision } from '../support/revisions.js';
import { tablesOf } from '../support/cli-database.js';

const FIRST = revision('MakeGauges1800000000395', ['CREATE TABLE gauges (id integer)'], []);
const SECOND = revision('MakeDials1800000000396', ['CREATE TABLE dials (id integer)'], []);

onDatabase('postgres', 'default_transaction_read_only = on (PostgreSQL)', (database) => {
  const target = () => database().target as PostgresTarget;

  /** What a session may do whose own transactions are read-only by default. */
  async function administer(statement: string): Promise<void> {
    await withClient(target(), async (client) => {
      await client.query('SET default_transaction_read_only = off');
      await client.query(statement);
    });
  }

  async function refused(set: string, where: string, remedy = set): Promise<void> {
    await administer(`${set} SET default_transaction_read_only = on`);
    const words =
      `${shown()} is read-only for this role: default_transaction_read_only is on, set for ${where}. Nothing was changed. ` +
      `Use a role that may write, or change the setting: ${remedy} RESET default_transaction_read_only;`;
    try {
      await onTarget(target(), { contents: only(FIRST, SECOND) }, (dataSource) =>
        expectFailure(migrateUp(dataSource), DatabaseReadOnlyError, words),
      );
    } finally {
      await administer(`${set} RESET default_transaction_read_only`);
    }
  }

  const shown = () => `postgres://${target().host}:${target().port}/${target().database}`;

  it('A read-only default is named when it is set for the database, and nothing is written', async () => {
    const alter = `ALTER DATABASE ${target().database}`;
    await refused(alter, `the database ${target().database}`);
    expect(await tablesOf(database())).to.deep.equal([]);
  });

  it('A read-only default is named when it is set for the role in that database, where earlier revisions are applied', async () => {
    await onTarget(target(), { contents: only(FIRST) }, (dataSource) => migrateUp(dataSource));
    const { user, database: name } = target();
    await refused(`ALTER ROLE ${user} IN DATABASE ${name}`, `the role ${user} in the database ${name}`);
    expect(await tablesOf(database())).not.to.include('dials');
  });

  it('A read-only default is named when it is set for all roles', async () => {
    await refused('ALTER ROLE ALL', 'all roles');
    expect(await tablesOf(database())).to.deep.equal([]);
  });

  it('A read-only default that a session has, which a pooler may hand on, is named without a guess', async () => {
    await onTarget(target(), { contents: only(FIRST) }, async (dataSource) => {
      await dataSource.query('SET default_transaction_read_only = on');
      await expectFailure(
        migrateUp(dataSource),
        DatabaseReadOnlyError,
        `${shown()} is read-only for this role: default_transaction_read_only is on, set in this session, by this client or behind a connection pooler by another one. Nothing was changed. ` +
          'Use a role that may write, or change the setting: remove default_transaction_read_only from the options of the database URL and from PGOPTIONS. Behind a connection pooler, set DATABASE_DIRECT_URL to the server itself.',
      );
    });
  });

  it('A read-only default lets a run pass that has nothing to do', async () => {
    await onTarget(target(), { contents: only(FIRST) }, (dataSource) => migrateUp(dataSource));
    await administer(`ALTER DATABASE ${target().database} SET default_transaction_read_only = on`);
    const report = await onTarget(target(), { contents: only(FIRST) }, (dataSource) => migrateUp(dataSource));
    expect(report.done).to.deep.equal([]);
  });
});

describe('default_transaction_read_only that an administrator turns on during a run (PostgreSQL)', () => {
  let server: RestartablePostgres;
  before(async () => {
    server = await startRestartablePostgres();
  });
  after(() => server.stop());

  const administer = (statement: string) =>
    withClient(server.target, async (client) => {
      await client.query('SET default_transaction_read_only = off');
      await client.query(statement);
      await client.query('SELECT pg_reload_conf()');
    });

  const CASES = [
    {
      title: 'what ran outside a transaction is in the database',
      transaction: false,
      left: 'The revision ran outside a transaction and is not recorded. All of its work is in the database. Fix the cause, then run the command again.',
    },
    {
      title: 'a revision in a transaction is rolled back',
      transaction: true,
      left: 'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.',
    },
  ];
  for (const [index, { title, transaction, left }] of CASES.entries())
    it(title, async () => {
      const name = `SwitchOff${1_800_000_000_397 + index}`;
      const Slow = transactional(revision(name, ['SELECT pg_sleep(1.5)'], []), transaction);
      const Added = revision(
        `Then${1_800_000_000_399 + index}`,
        [`CREATE TABLE then_${index} (id integer)`],
        [],
      );
      const warnings: string[] = [];
      await onTarget(server.target, { contents: only(Slow, Added) }, async (dataSource) => {
        const switched = new Promise<void>((resolve, reject) => {
          setTimeout(() => {
            administer('ALTER SYSTEM SET default_transaction_read_only = on').then(resolve, reject);
          }, 700);
        });
        const error = await migrateUp(dataSource, {
          onEvent: (event) => {
            if (event.kind === 'warning') warnings.push(event.message);
          },
        }).catch((caught: unknown) => caught as Error);
        await switched;
        await administer('ALTER SYSTEM RESET default_transaction_read_only');
        expect((error as Error & { readonly cause?: unknown }).cause).to.be.instanceOf(DatabaseReadOnlyError);
        expect((error as Error).message).to.contain(
          'ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf();',
        );
        expect((error as Error).message).to.contain(left);
        expect(warnings.join('\n')).not.to.contain('no trigger and no rule');
      });
    });
});

function transactional(Made: new () => Revision, transaction: boolean): new () => Revision {
  const Other = class extends Made {
    override readonly transaction = transaction;
  };
  Object.defineProperty(Other, 'name', { value: Made.name });
  return Other;
}
