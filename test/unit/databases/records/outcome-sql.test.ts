import { expect } from 'chai';
import { literalWriter } from '../../../../src/databases/records/bound.js';
import { saysUnrecorded } from '../../../../src/databases/records/outcome-sql.js';
import type { Fence, ListCount } from '../../../../src/databases/records/outcome.js';
import type { RecordChange, RecordEntry } from '../../../../src/databases/records/syntax.js';
import { databaseNamed, type DialectName } from '../../../../src/databases/registry.js';
import type { RecordTables } from '../../../../src/databases/records/tables.js';

const table = (name: string) => ({ name, sql: `"${name}"` });
const TABLES: RecordTables = {
  migrations: table('migrations'),
  runs: table('migrations_run'),
  attempts: table('migrations_attempt'),
  phases: table('migrations_phase'),
  heartbeats: table('migrations_heartbeat'),
  primaryKey: 'PK_1',
  schema: undefined,
  lockName: 'public.migrations',
};
const OUTCOME: RecordEntry['outcome'] = {
  revision: 'Make1800000000001',
  stamp: 1_800_000_000_001,
  direction: 'up',
  kind: 'ran',
  checksums: { up: 'aa', down: 'bb' },
  durationMs: 12,
  tries: 3,
};

/** The statements up to the values of the attempt, and on what its run depends. */
function recorded(
  dialect: DialectName,
  entry: Omit<RecordEntry, 'outcome'>,
  fence?: Fence,
): readonly string[] {
  const syntax = databaseNamed(dialect).records;
  const context = { syntax, tables: TABLES, run: '5', fence, phased: true, format: 1 };
  return syntax
    .record(context, { ...entry, outcome: OUTCOME }, literalWriter)
    .map(({ sql }) =>
      sql
        .replace(/("run_id")[^)]*\)/, '$1...)')
        .replace(/ CAST\('Make1800000000001' AS varchar\), CAST\('up'.*/, ''),
    );
}

const FENCE: Fence = { key: '-77' };
const COUNT: ListCount = { sequence: '16400', given: 4 };
const INSERT = `INSERT INTO "migrations" ("timestamp", "name") SELECT CAST(1800000000001 AS bigint), CAST('Make1800000000001' AS varchar)`;
const ABSENT = `NOT EXISTS (SELECT 1 FROM "migrations" WHERE "name" OPERATOR(pg_catalog.=) 'Make1800000000001')`;
const ABSENT_SQLITE = ABSENT.replace('OPERATOR(pg_catalog.=)', '=');
const ATTEMPT = (when: string) =>
  `INSERT INTO "migrations_attempt" ("run_id"...) SELECT CASE WHEN ${when} THEN 5 END,`;
const HELD = `"held" AS (SELECT 1 WHERE NOT pg_catalog.pg_try_advisory_xact_lock(CAST('-77' AS bigint)))`;
const CHANGED = ATTEMPT('EXISTS (SELECT 1 FROM "changed")');

const CASES: readonly (readonly [
  title: string,
  dialect: DialectName,
  entry: Omit<RecordEntry, 'outcome'>,
  fence: Fence | undefined,
  statements: readonly string[],
])[] = [
  [
    'one more, in a script',
    'postgres',
    { change: 'insert' },
    undefined,
    [`WITH "changed" AS (${INSERT} WHERE ${ABSENT} RETURNING 1) ${CHANGED}`],
  ],
  [
    'one more, under the lock',
    'postgres',
    { change: 'insert' },
    FENCE,
    [
      `WITH ${HELD}, "changed" AS (${INSERT} WHERE ${ABSENT} AND EXISTS (SELECT 1 FROM "held") RETURNING 1) ${CHANGED}`,
    ],
  ],
  [
    'one more, where the numbers given out are known',
    'postgres',
    { change: 'insert', count: COUNT },
    FENCE,
    [
      `WITH ${HELD}, "changed" AS (${INSERT} WHERE (coalesce(pg_catalog.pg_sequence_last_value(16400), 0) OPERATOR(pg_catalog.=) CAST(4 AS bigint) OR ${ABSENT})` +
        ` AND EXISTS (SELECT 1 FROM "held") RETURNING 1) ${CHANGED}`,
    ],
  ],
  [
    'one less',
    'postgres',
    { change: 'delete', count: COUNT },
    FENCE,
    [
      `WITH ${HELD}, "changed" AS (DELETE FROM "migrations" WHERE "name" OPERATOR(pg_catalog.=) 'Make1800000000001' AND EXISTS (SELECT 1 FROM "held") RETURNING 1) ${CHANGED}`,
    ],
  ],
  [
    'none more',
    'postgres',
    { change: 'keep' },
    FENCE,
    [`WITH ${HELD}, "changed" AS (SELECT 1 FROM "held" LIMIT 1) ${CHANGED}`],
  ],
  [
    'one more',
    'sqlite',
    { change: 'insert', condition: '1 = 1' },
    undefined,
    [`${INSERT} WHERE ${ABSENT_SQLITE} AND 1 = 1`, ATTEMPT('changes() > 0')],
  ],
  [
    'one less',
    'sqlite',
    { change: 'delete' },
    undefined,
    [`DELETE FROM "migrations" WHERE "name" = 'Make1800000000001'`, ATTEMPT('changes() > 0')],
  ],
  ['none more', 'sqlite', { change: 'keep' }, undefined, [ATTEMPT('true')]],
  [
    'none more, on a condition',
    'sqlite',
    { change: 'keep', condition: '1 = 1' },
    undefined,
    [ATTEMPT('1 = 1')],
  ],
];

describe('recordStatements', () => {
  for (const [title, dialect, entry, fence, statements] of CASES)
    it(`recordStatements gives an attempt a run only where something is recorded: ${dialect}, ${title}`, () => {
      expect(recorded(dialect, entry, fence)).to.deep.equal(statements);
    });

  it('recordStatements supports every kind of change', () => {
    const kinds: readonly RecordChange[] = ['insert', 'delete', 'keep'];
    for (const change of kinds) expect(CASES.some(([, , entry]) => entry.change === change)).to.equal(true);
  });
});

describe('saysUnrecorded', () => {
  const says: readonly (readonly [string, unknown, boolean])[] = [
    [
      'PostgreSQL',
      Object.assign(new Error('null value in column "run_id"'), {
        table: 'migrations_attempt',
        column: 'run_id',
      }),
      true,
    ],
    ['sqlite3', new Error('SQLITE_CONSTRAINT: NOT NULL constraint failed: migrations_attempt.run_id'), true],
    ['better-sqlite3', new Error('NOT NULL constraint failed: migrations_attempt.run_id'), true],
    ['another table', Object.assign(new Error('null value'), { table: 'jobs', column: 'run_id' }), false],
    [
      'another column',
      Object.assign(new Error('null value'), { table: 'migrations_attempt', column: 'kind' }),
      false,
    ],
    ['a constraint of a revision', new Error('NOT NULL constraint failed: jobs.run_id'), false],
    ['nothing at all', undefined, false],
  ];
  for (const [title, error, expected] of says)
    it(`saysUnrecorded returns ${expected ? 'true' : 'false'} for ${title}`, () => {
      expect(saysUnrecorded(error, TABLES)).to.equal(expected);
    });
});
