import { expect } from 'chai';
import { execute, tablesOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000456',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);

eachDatabase('An offline script where a name of the records is taken', (database) => {
  it('An offline script where a name of the records is taken stops before it creates a table', async () => {
    await execute(database(), ['CREATE TABLE migrations (id integer DEFAULT 1, migration varchar(255))']);
    const script = await scriptFor(database(), { entities: [], migrations: [GAUGES] }, { direction: 'up' });
    const words = {
      postgres:
        'MakeGauges1800000000456 was not applied: the name of a table of the records is taken: public.migrations is a table of something else (no column "timestamp", no column "name")',
      sqlite:
        'CHECK constraint failed: MakeGauges1800000000456: "migrations" should be a table of the records, not something else',
    };
    expect(await stoppedScript(database(), script)).to.include(words[database().dialect]);
    expect(await tablesOf(database())).to.deep.equal(['migrations']);
  });
});
