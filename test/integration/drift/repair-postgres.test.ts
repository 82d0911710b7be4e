import { expect } from 'chai';
import { type DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { planRepair, type Repair } from '../../../src/generate/repair/plan-repair.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { postgresColumnCases } from './sensitivity/postgres-columns.js';
import { postgresConstraintCases } from './sensitivity/postgres-constraints.js';
import { postgresIndexCases } from './sensitivity/postgres-indexes.js';
import { postgresModel } from './sensitivity/postgres-model.js';
import { postgresTableCases } from './sensitivity/postgres-tables.js';
import type { SeededChange } from './sensitivity/seeded-change.js';
import { repetitions, share } from '../../support/repetitions.js';

const ALL: readonly SeededChange[] = [
  ...postgresTableCases,
  ...postgresColumnCases,
  ...postgresConstraintCases,
  ...postgresIndexCases,
];

/** Their statements fail when they run, and PostgreSQL gives the cause. */
const REFUSED: Readonly<Record<string, string>> = {
  'another range': 'cannot cast type tsrange to daterange',
  'a foreign key NOT ENFORCED': 'cannot validate NOT ENFORCED constraint',
  'a check NOT ENFORCED': 'cannot validate NOT ENFORCED constraint',
  'a serial without its default': 'relation "things_id_seq" already exists',
  'a serial that draws from another sequence': 'relation "things_id_seq" already exists',
};

const NUMBERS = { quick: 24, ci: 60, full: ALL.length };
const WANTED = repetitions(NUMBERS);
/** Evenly from all kinds. */
const CASES = ALL.filter(
  (_one, index) =>
    Math.floor(((index + 1) * WANTED) / ALL.length) > Math.floor((index * WANTED) / ALL.length),
);

/** All statements in order, those that a person decides about last; a transaction runs no CONCURRENTLY. */
function statementsOf({ parts, undecided }: Repair): readonly string[] {
  const groups = [...parts, ...undecided].flatMap((one) => one.groups);
  return groups.flatMap(({ statements }) => statements.map(({ sql }) => sql.replace(' CONCURRENTLY', '')));
}

describe('A repair on PostgreSQL', () => {
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

  it(`A repair on PostgreSQL removes seeded changes (${share(NUMBERS)})`, async () => {
    const left: string[] = [];
    for (const { title, since = 0, sql } of CASES)
      try {
        let statements: readonly string[] = [];
        await database.rolledBackSince(since, sql, async () => {
          statements = statementsOf(await planRepair(dataSource, undefined));
        });
        await database.rolledBackSince(since, [...sql, ...statements], async () => {
          const { changes } = await checkDrift(dataSource);
          left.push(...changes.map((change) => `${title}: ${describeChange(change)}`));
        });
      } catch (error) {
        if (!String(error).endsWith(REFUSED[title] ?? ' ')) left.push(`${title}: ${String(error)}`);
      }
    expect(left).to.deep.equal([]);
  }).timeout(120_000);
});
