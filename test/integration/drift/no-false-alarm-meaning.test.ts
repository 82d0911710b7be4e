import { expect } from 'chai';
import type { DataSource, EntitySchema } from 'typeorm';
import { onDatabase, type TestDatabase } from '../../support/databases.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { entity, findings, IN_SYNC, synchronized, type Columns } from './no-false-alarm-database.js';
import { POSTGRES_COLUMNS, SQLITE_COLUMNS } from './no-false-alarm-constraints.js';
import * as meaning from './no-false-alarm-meaning.js';

/** Something that the entity writes in one way and the database in another. */
interface Case {
  readonly name: string;
  readonly desired: string | null;
  readonly live: string | null;
}

function namedCases(pairs: readonly meaning.Spellings[]): readonly Case[] {
  return pairs.map(([desired, live], index) => ({ name: `case_${index}`, desired, live }));
}

const checksOf = (columns: Columns, cases: readonly Case[]): EntitySchema =>
  entity('checked', columns, {
    checks: cases.map(({ name, desired }) => ({ name, expression: `${desired ?? ''}\n` })),
  });

const indexesOf = (columns: Columns, cases: readonly Case[]): EntitySchema =>
  entity('checked', columns, {
    indices: cases.map(({ name, desired }) => ({ name, columns: ['amount'], where: desired ?? '' })),
  });

function defaultsOf(spellings: readonly meaning.DefaultSpellings[]): EntitySchema {
  const columns = spellings.map(
    ([type, desired, , length], index) =>
      [
        `case_${index}`,
        {
          type,
          nullable: true,
          ...(desired === null ? {} : { default: () => desired }),
          ...(length === undefined ? {} : { length }),
        },
      ] as const,
  );
  return entity('defaulted', Object.fromEntries(columns));
}

function defaultCases(spellings: readonly meaning.DefaultSpellings[]): readonly Case[] {
  return spellings.map(([, desired, live], index) => ({ name: `case_${index}`, desired, live }));
}

/** Changes each case in the database from what the entity declares to the other spelling. */
type Rewrite = (dataSource: DataSource, cases: readonly Case[]) => Promise<void>;

const rewriteChecks: Rewrite = async (dataSource, cases) => {
  const clauses = cases.map(
    ({ name, live }) => `DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} CHECK (${live ?? ''}\n)`,
  );
  await dataSource.query(`ALTER TABLE checked ${clauses.join(', ')}`);
};

const rewriteIndexes: Rewrite = async (dataSource, cases) => {
  for (const { name, live } of cases) {
    await dataSource.query(`DROP INDEX ${name}`);
    await dataSource.query(`CREATE INDEX ${name} ON checked (amount) WHERE ${live ?? ''}`);
  }
};

const rewriteDefaults: Rewrite = async (dataSource, cases) => {
  const clauses = cases.map(({ name, live }) =>
    live === null ? `ALTER ${name} DROP DEFAULT` : `ALTER ${name} SET DEFAULT ${live}`,
  );
  await dataSource.query(`ALTER TABLE defaulted ${clauses.join(', ')}`);
};

/** SQLite keeps the text of CREATE TABLE, so the table is made again from another text. */
function rewriteTable(table: string, edit: (sql: string, one: Case) => string): Rewrite {
  return async (dataSource, cases) => {
    const [row] = await dataSource.query<{ sql: string }[]>(
      `SELECT sql FROM sqlite_schema WHERE name = '${table}'`,
    );
    await dataSource.query(`DROP TABLE ${table}`);
    await dataSource.query(cases.reduce(edit, row?.sql ?? ''));
  };
}

function replaceOnce(sql: string, from: string, to: string): string {
  expect(sql.split(from), `${from} in ${sql}`).to.have.length(2);
  return sql.replace(from, () => to);
}

const rewriteSqliteChecks = rewriteTable('checked', (sql, { name, desired, live }) =>
  replaceOnce(sql, `"${name}" CHECK (${desired ?? ''}\n)`, `"${name}" CHECK (${live ?? ''}\n)`),
);

const rewriteSqliteDefaults = rewriteTable('defaulted', (sql, { name, desired, live }) => {
  const [, column = ''] = new RegExp(`("${name}" [a-z]+)`).exec(sql) ?? [];
  const from = desired === null ? column : `${column} DEFAULT (${desired})`;
  return replaceOnce(sql, from, live === null ? column : `${column} DEFAULT ${live}`);
});

const POSTGRES_TABLE: Columns = { ...POSTGRES_COLUMNS, other: { type: 'integer' } };
const SQLITE_TABLE: Columns = { ...SQLITE_COLUMNS, other: { type: 'integer' } };
const indexable = (pairs: readonly meaning.Spellings[]) =>
  pairs.filter((pair) => !/now\(\)|CURRENT_|clock|checked_level|stamp::date/.test(pair.join(' ')));

interface Verification {
  readonly model: EntitySchema;
  readonly cases: readonly Case[];
  readonly rewrite: Rewrite;
}

/** Every case means the same in both spellings. */
async function expectSame(database: TestDatabase, { model, cases, rewrite }: Verification): Promise<void> {
  await synchronized(database, { entities: [model] }, async (dataSource) => {
    await rewrite(dataSource, cases);
    expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
  });
}

/** Every case is reported, and nothing else. */
async function expectDifferent(
  database: TestDatabase,
  { model, cases, rewrite }: Verification,
): Promise<void> {
  await synchronized(database, { entities: [model] }, async (dataSource) => {
    expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    await rewrite(dataSource, cases);
    const { changes, uncomparable } = await checkDrift(dataSource);
    expect(uncomparable).to.deep.equal([]);
    const silent = cases.filter(({ name }) => !changes.some(({ object }) => object === name));
    expect(silent).to.deep.equal([]);
    expect(changes).to.have.length(cases.length);
  });
}

onDatabase('postgres', 'The meaning of an expression, on PostgreSQL,', (database) => {
  const same = namedCases(meaning.SAME_ON_POSTGRES);
  const sameIndexed = namedCases(indexable(meaning.SAME_ON_POSTGRES));
  const different = namedCases(meaning.DIFFERENT_ON_POSTGRES);
  const differentIndexed = namedCases(indexable(meaning.DIFFERENT_ON_POSTGRES));

  it('The meaning of an expression, on PostgreSQL, counts in a check, not its spelling', () =>
    expectSame(database(), { model: checksOf(POSTGRES_TABLE, same), cases: same, rewrite: rewriteChecks }));

  it('The meaning of an expression, on PostgreSQL, is distinguished in a check', () =>
    expectDifferent(database(), {
      model: checksOf(POSTGRES_TABLE, different),
      cases: different,
      rewrite: rewriteChecks,
    }));

  it('The meaning of an expression, on PostgreSQL, counts in the predicate of an index, not its spelling', () =>
    expectSame(database(), {
      model: indexesOf(POSTGRES_TABLE, sameIndexed),
      cases: sameIndexed,
      rewrite: rewriteIndexes,
    }));

  it('The meaning of an expression, on PostgreSQL, is distinguished in the predicate of an index', () =>
    expectDifferent(database(), {
      model: indexesOf(POSTGRES_TABLE, differentIndexed),
      cases: differentIndexed,
      rewrite: rewriteIndexes,
    }));

  it('The meaning of an expression, on PostgreSQL, counts in a default, not its spelling', () =>
    expectSame(database(), {
      model: defaultsOf(meaning.SAME_DEFAULT_ON_POSTGRES),
      cases: defaultCases(meaning.SAME_DEFAULT_ON_POSTGRES),
      rewrite: rewriteDefaults,
    }));

  it('The meaning of an expression, on PostgreSQL, is distinguished in a default', () =>
    expectDifferent(database(), {
      model: defaultsOf(meaning.DIFFERENT_DEFAULT_ON_POSTGRES),
      cases: defaultCases(meaning.DIFFERENT_DEFAULT_ON_POSTGRES),
      rewrite: rewriteDefaults,
    }));

  it('The meaning of an expression, on PostgreSQL, counts where two columns have exchanged the spellings of one default', async () => {
    const model = entity('defaulted', {
      a: { type: 'timestamptz', default: () => 'now()' },
      b: { type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' },
    });
    const cases = [
      { name: 'a', desired: 'now()', live: 'CURRENT_TIMESTAMP' },
      { name: 'b', desired: 'CURRENT_TIMESTAMP', live: 'now()' },
    ];
    await expectSame(database(), { model, cases, rewrite: rewriteDefaults });
  });
});

onDatabase('sqlite', 'The meaning of an expression, on SQLite,', (database) => {
  const same = namedCases(meaning.SAME_ON_SQLITE);
  const different = namedCases(meaning.DIFFERENT_ON_SQLITE);

  it('The meaning of an expression, on SQLite, counts in a check, not its spelling', () =>
    expectSame(database(), {
      model: checksOf(SQLITE_TABLE, same),
      cases: same,
      rewrite: rewriteSqliteChecks,
    }));

  it('The meaning of an expression, on SQLite, is distinguished in a check', () =>
    expectDifferent(database(), {
      model: checksOf(SQLITE_TABLE, different),
      cases: different,
      rewrite: rewriteSqliteChecks,
    }));

  it('The meaning of an expression, on SQLite, counts in the predicate of an index, not its spelling', () =>
    expectSame(database(), {
      model: indexesOf(SQLITE_TABLE, same),
      cases: same,
      rewrite: rewriteIndexes,
    }));

  it('The meaning of an expression, on SQLite, is distinguished in the predicate of an index', () =>
    expectDifferent(database(), {
      model: indexesOf(SQLITE_TABLE, different),
      cases: different,
      rewrite: rewriteIndexes,
    }));

  it('The meaning of an expression, on SQLite, counts in a default, not its spelling', () =>
    expectSame(database(), {
      model: defaultsOf(meaning.SAME_DEFAULT_ON_SQLITE),
      cases: defaultCases(meaning.SAME_DEFAULT_ON_SQLITE),
      rewrite: rewriteSqliteDefaults,
    }));

  it('The meaning of an expression, on SQLite, is distinguished in a default', () =>
    expectDifferent(database(), {
      model: defaultsOf(meaning.DIFFERENT_DEFAULT_ON_SQLITE),
      cases: defaultCases(meaning.DIFFERENT_DEFAULT_ON_SQLITE),
      rewrite: rewriteSqliteDefaults,
    }));
});
