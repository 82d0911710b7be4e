import { expect } from 'chai';
import { isLocated, printedCases, type PrintedCase } from '../support/printed-cases.js';
import { stepsOf } from '../support/advice.js';
import { execute, onRawConnection, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { HISTORY } from '../unit/lint/linted.js';

/** What the cases speak of besides the history, and rows. */
const WORLD = [
  ...HISTORY,
  'CREATE SCHEMA "audit"',
  'CREATE TABLE "audit"."events" ("id" bigint, "note" text)',
  'CREATE TABLE "events" ("id" bigint NOT NULL, "note" integer)',
  'CREATE SCHEMA "app"',
  `CREATE FUNCTION "app"."now"() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT pg_catalog.clock_timestamp()'`,
  // What a revision of an earlier release has made, and what it has kept of the session.
  'ALTER TABLE "jobs" ADD COLUMN "made" timestamp',
  `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET app.zone = %L', current_database(), 'UTC'); END $$`,
  `INSERT INTO "workers" ("id", "name") SELECT i, 'worker ' || i FROM generate_series(1, 3) AS i`,
  `INSERT INTO "jobs" ("note", "cost", "worker_id", "at", "status") SELECT i::text, 1 + i % 5, 1 + i % 3, now() + i * interval '1 hour', 'DONE' FROM generate_series(1, 40) AS i`,
  `INSERT INTO "audit"."events" SELECT i, 'a note' FROM generate_series(1, 5) AS i`,
];

/** What only the author of a revision knows. */
const FILLED: readonly (readonly [string, string])[] = [
  ['<the value of the rows that exist>', '7'],
  ['<release>', '2.4'],
  ['<the rows that it inserts>', `"id" = 4`],
  ['ADD CONSTRAINT "ck" <its definition>', 'ADD CONSTRAINT "ck" CHECK (length("note") > 0)'],
  ['"ix" <its definition>', '"ix" ON "jobs" (lower("note"))'],
  ['AS <its query>', 'AS SELECT "note" FROM "jobs"'],
  ['<number>', '40'],
];

/** Words of TypeScript, and the definition of a column, are no statements. */
function statementsOf(replacement: string): string {
  if (replacement.startsWith('override ')) return '';
  const filled = FILLED.reduce((text, [words, value]) => text.replaceAll(words, value), replacement);
  return filled.startsWith('"') ? `CREATE TABLE "boxes of one" (${filled})` : filled;
}

onDatabase('postgres', 'What lint prints to write instead, run on a table with rows', (database) => {
  async function runAll(text: string, isTransactional: boolean): Promise<void> {
    for (const step of await stepsOf(text)) {
      const { statements } = step;
      const transaction = isTransactional && step.transaction;
      await onRawConnection(database(), async (query) => {
        for (const sql of [
          ...(transaction ? ['BEGIN'] : []),
          ...statements,
          ...(transaction ? ['COMMIT'] : []),
        ])
          await query(sql);
      });
    }
  }

  /** Everything that runs before the statement that is replaced; a way down that is missing comes behind all. */
  async function runBefore({ rule, group, at }: PrintedCase): Promise<void> {
    await execute(database(), [
      ...WORLD,
      ...(rule === 'drop-database' ? ['DROP TABLE "audit"."events"'] : []),
    ]);
    const ways = [
      ...group.flatMap(({ up = [] }, index) =>
        up.map((sql, number) => ({ sql, index, number, direction: 'up' })),
      ),
      ...[...group.keys()]
        .reverse()
        .flatMap((index) =>
          (group[index]?.down ?? []).map((sql, number) => ({ sql, index, number, direction: 'down' })),
        ),
    ];
    for (const way of ways) {
      if (rule === 'down-does-not-undo' ? way.direction === 'down' : isLocated(at, way)) return;
      await execute(database(), [way.sql]);
    }
  }

  for (const printed of printedCases())
    it(`The advice of ${printed.rule} can be executed for ${printed.title}`, async () => {
      await runBefore(printed);
      await runAll(statementsOf(printed.replacement), printed.rule !== 'down-does-not-undo');
      const [{ name } = {}] = await rowsOf(
        database(),
        `SELECT coalesce(to_regclass('jobs'), to_regclass('tasks'))::text AS name`,
      );
      if (printed.replacement.includes('DROP TABLE "jobs"')) expect(name).to.equal(null);
      else
        expect(
          await rowsOf(
            database(),
            `SELECT (SELECT count(*)::int FROM ${String(name)}) AS rows, conname FROM pg_constraint
              WHERE conrelid = '${String(name)}'::regclass AND contype = 'p'`,
          ),
        ).to.deep.equal([{ rows: printed.emptied ? 0 : 40, conname: 'pk_jobs' }]);
    });

  it('What lint prints to write instead, run on a table with rows are all but those that are words of TypeScript or are about SQLite or PostGIS', () => {
    expect(printedCases().length).to.be.above(40);
  });
});
