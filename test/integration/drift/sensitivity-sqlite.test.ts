import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { lendPlainFiles, plainFileSource, type PlainFiles } from '../../support/plain-sqlite.js';
import { expectOnly } from './sensitivity/seeded-change.js';
import { sqliteColumnCases } from './sensitivity/sqlite-columns.js';
import { sqliteConstraintCases } from './sensitivity/sqlite-constraints.js';
import { sqliteIndexCases } from './sensitivity/sqlite-indexes.js';
import { sqliteModel } from './sensitivity/sqlite-model.js';

const TABLES = {
  'tables and columns': sqliteColumnCases,
  'keys, foreign keys and checks': sqliteConstraintCases,
  indexes: sqliteIndexCases,
};
const total = Object.values(TABLES).flat().length;

describe(`A check on SQLite, seeded with ${total} changes`, () => {
  let files: PlainFiles;
  let path: string;

  before(async () => {
    files = await lendPlainFiles();
    path = await files.create('in-sync.db', sqliteModel);
  });
  after(() => files.takeBack());

  it(`A check on SQLite, seeded with ${total} changes is in sync before any of them`, async () => {
    expect(await checkDrift(plainFileSource(path, { entities: sqliteModel }))).to.deep.equal({
      status: 'in-sync',
      dialect: 'sqlite',
      changes: [],
      accepted: [],
      stale: [],
      uncomparable: [],
      unmanaged: [],
      pending: [],
      tables: 6,
    });
  });

  for (const [subject, cases] of Object.entries(TABLES))
    describe(`reports each of ${cases.length} changes of ${subject} once, and nothing else`, () => {
      for (const change of cases)
        it(change.title, async () => {
          const changed = await files.changed(path, change.steps);
          expectOnly(await checkDrift(plainFileSource(changed, { entities: sqliteModel })), change);
        });
    });
});
