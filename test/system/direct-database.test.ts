import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { DirectDatabaseDiffersError, StatementPoolingError } from '../../src/errors/server.js';
import { newDatabase, type ChainDatabase } from '../support/chain-database.js';
import { tablesOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only, onTarget, readable } from '../support/failures.js';
import { startPooler } from '../support/pgbouncer.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000371',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);

onDatabase('postgres', 'DATABASE_DIRECT_URL behind PgBouncer (PostgreSQL)', (database) => {
  let other: ChainDatabase;
  beforeEach(async () => {
    other = await newDatabase('postgres');
  });
  afterEach(() => other.remove());

  const here = () => database().target as PostgresTarget;

  it('DATABASE_DIRECT_URL behind PgBouncer of a database of the same name on a copy of the server is refused as well', async () => {
    // The pooler renames it, so that both addresses have one name.
    const renaming = await startPooler({ database: (other.target as PostgresTarget).database });
    const through = { ...renaming.through(here()), shown: 'the pooler' };
    try {
      await onTarget(through, { contents: only(GAUGES), settings: { direct: here() } }, async (dataSource) =>
        expectFailure(
          dataSource.runMigrations(),
          DirectDatabaseDiffersError,
          /lead to different databases\. Nothing was changed/,
        ),
      );
    } finally {
      await renaming.stop();
    }
    for (const target of [here(), other.target]) expect(await tablesOf(readable(target))).to.deep.equal([]);
  });

  it('DATABASE_DIRECT_URL behind PgBouncer in statement mode is refused with its own address', async () => {
    const pooler = await startPooler({ poolMode: 'statement' });
    const direct = { ...pooler.through(here()), shown: 'the pooler' };
    try {
      await onTarget(here(), { contents: only(GAUGES), settings: { direct } }, async (dataSource) =>
        expectFailure(
          dataSource.runMigrations(),
          StatementPoolingError,
          new RegExp(`^The pooler before [^ ]*:${direct.port}/[^ ]* is in statement mode`),
        ),
      );
    } finally {
      await pooler.stop();
    }
    expect(await tablesOf(readable(here()))).to.deep.equal([]);
  });

  it('DATABASE_DIRECT_URL behind PgBouncer of the same database passes, whichever of the two is the pooler', async () => {
    const pooler = await startPooler();
    const through = { ...pooler.through(here()), shown: 'the pooler' };
    try {
      for (const [application, direct] of [
        [through, here()],
        [here(), through],
      ] as const)
        await onTarget(
          application,
          { contents: only(GAUGES), settings: { direct: direct } },
          async (dataSource) => {
            expect(await dataSource.runMigrations()).to.have.length(1);
            await dataSource.undoLastMigration();
          },
        );
    } finally {
      await pooler.stop();
    }
  });
});
