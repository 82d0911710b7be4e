import { expect } from 'chai';
import { type DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { postgresColumnCases } from './sensitivity/postgres-columns.js';
import { postgresConstraintCases } from './sensitivity/postgres-constraints.js';
import { postgresIndexCases } from './sensitivity/postgres-indexes.js';
import { postgresModel } from './sensitivity/postgres-model.js';
import { postgresTableCases } from './sensitivity/postgres-tables.js';
import { expectOnly, type SeededChange } from './sensitivity/seeded-change.js';

const TABLES: Readonly<Record<string, readonly SeededChange[]>> = {
  'tables and enumerated types': postgresTableCases,
  columns: postgresColumnCases,
  'keys, foreign keys, checks and exclusion constraints': postgresConstraintCases,
  indexes: postgresIndexCases,
};
const total = Object.values(TABLES).flat().length;

describe(`A check on PostgreSQL, seeded with ${total} changes`, () => {
  let database: PlainDatabase;
  let dataSource: DataSource;

  before(async () => {
    database = await lendPlainPostgres([
      'CREATE EXTENSION btree_gist',
      'CREATE SCHEMA audit',
      'CREATE SCHEMA hidden',
    ]);
    dataSource = await database.connect(postgresModel);
    await dataSource.synchronize();
  });
  after(() => database.takeBack());

  it(`A check on PostgreSQL, seeded with ${total} changes is in sync before any of them`, async () => {
    expect(await checkDrift(dataSource)).to.deep.include({
      status: 'in-sync',
      changes: [],
      uncomparable: [],
      unmanaged: [],
      tables: 6,
    });
  });

  for (const [subject, cases] of Object.entries(TABLES))
    describe(`reports each of ${cases.length} changes of ${subject} once, and nothing else`, () => {
      for (const change of cases)
        it(
          change.since === undefined ? change.title : `${change.title} (since PostgreSQL ${change.since})`,
          () =>
            database.rolledBackSince(change.since ?? 0, change.sql, async () =>
              expectOnly(await checkDrift(dataSource), change),
            ),
        );
    });
});
