import { expect } from 'chai';
import { checkDrift } from '../../src/drift/check-drift.js';
import { RecordNameTooLongError } from '../../src/errors/records.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { tablesOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { expectFailure, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000481',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);

const NAMES = [
  ...[55, 56, 59, 60, 61, 62, 63].map((bytes) => 'migs_'.padEnd(bytes, 'x')),
  'é'.repeat(30),
  'é'.repeat(31),
  'say "when"',
  `it's`,
  'back\\slash',
  'per%cent',
];

eachDatabase('A list of revisions of a long or odd name', (database) => {
  for (const migrationsTableName of NAMES)
    it(`A list of revisions of a long or odd name has a log of its own that is no drift: ${migrationsTableName}`, async () => {
      const dataSource = await database().connect({ ...only(GAUGES), migrationsTableName });
      await migrateUp(dataSource);
      expect((await readStatus(dataSource)).pending).to.deep.equal([]);
      expect((await readHistory(dataSource)).map(({ outcome }) => outcome)).to.deep.equal(['completed']);
      const { unmanaged } = await checkDrift(dataSource);
      expect(unmanaged).to.deep.equal([{ kind: 'table', object: 'gauges' }]);
      await migrateDown(dataSource);
      expect((await readHistory(dataSource)).map(({ outcome }) => outcome)).to.deep.equal([
        'completed',
        'completed',
      ]);
    });
});

onDatabase('postgres', 'A list of revisions whose name PostgreSQL cuts', (database) => {
  const logOf = async (bytes: number) => {
    const migrationsTableName = 'm'.repeat(bytes);
    await migrateUp(await database().connect({ ...only(GAUGES), migrationsTableName }));
    const tables = await tablesOf(database());
    return tables.filter((name) => name !== 'gauges' && name !== migrationsTableName);
  };

  it('A list of revisions whose name PostgreSQL cuts keeps the log that it had', async () => {
    expect(await logOf(61)).to.deep.equal(['_a', '_h', '_p', '_r'].map((end) => 'm'.repeat(61) + end));
  });

  it('A list of revisions whose name PostgreSQL cuts has a shorter one with a hash where both tables of the log would get one', async () => {
    expect(await logOf(62)).to.deep.equal([
      `${'m'.repeat(44)}_55d36996_heartbeat`,
      `${'m'.repeat(46)}_55d36996_attempt`,
      `${'m'.repeat(48)}_55d36996_phase`,
      `${'m'.repeat(50)}_55d36996_run`,
    ]);
  });

  it('A list of revisions whose name PostgreSQL cuts is refused with its length', async () => {
    const migrationsTableName = 'é'.repeat(32);
    const words = `The option "migrationsTableName" of the DataSource has 64 bytes, and PostgreSQL keeps 63 of a name: ${migrationsTableName}. Nothing was changed. Specify a shorter name.`;
    const dataSource = await database().connect({ ...only(GAUGES), migrationsTableName });
    for (const run of [migrateUp, readStatus, checkDrift])
      await expectFailure(run(dataSource), RecordNameTooLongError, words);
  });
});
