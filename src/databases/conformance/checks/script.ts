import type { ScriptInput, ScriptStep } from '../../script/script.js';
import { recordTables } from '../../records/tables.js';
import { LIMITS, namesIn } from '../recording.js';
import { assertHolds, assertSame, refusalOf, type Check, type Subject } from '../subject.js';
import { inWorld, namedTables, sourceOf, type World } from '../world.js';

const FIRST: ScriptStep = {
  id: 'First1800000000001',
  stamp: 1800000000001,
  description: 'It\'s the first\nDROP TABLE "things"',
  direction: 'up',
  running: undefined,
  // A comment in the last line, and an end that is written already.
  statements: [
    'CREATE TABLE "things" ("id" integer, "label" varchar(20)) -- the first',
    `INSERT INTO "things" VALUES (1, 'a;b');`,
  ],
  transaction: true,
  limits: LIMITS,
  answerTimeoutMs: LIMITS.lockTimeoutMs,
  checksums: { up: 'a'.repeat(64), down: 'b'.repeat(64) },
  stamped: false,
  replaces: [],
  before: null,
  phase: undefined,
};

const SECOND: ScriptStep = {
  ...FIRST,
  id: 'Second1800000000002',
  stamp: 1800000000002,
  statements: ['ALTER TABLE "things" ADD COLUMN "more" integer'],
  before: FIRST.id,
};

const FAILING: ScriptStep = {
  ...SECOND,
  statements: ['ALTER TABLE "things" ADD COLUMN "more" integer', 'INSERT INTO "nowhere" VALUES (1)'],
};

/** Scripts that are run by hand. */
export const SCRIPT_CHECKS: readonly Check[] = [
  { name: 'a script without revisions does nothing', run: checkEmpty },
  { name: 'a script runs its revisions and records them', run: checkRun },
  { name: 'a script stops where it does not belong', run: checkPlace },
  { name: 'a script that fails leaves the state before its revision', run: checkFailure },
];

function inputOf(
  { database }: Subject,
  tables: ScriptInput['tables'],
  steps: readonly ScriptStep[],
): readonly string[] {
  return database.script({
    tables,
    direction: 'up',
    steps,
    migrations: [],
    tool: 'conformance',
    lastContract: undefined,
    gate: null,
  });
}

function run(world: World, steps: readonly ScriptStep[]): Promise<void> {
  const tables = recordTables(sourceOf(world, world.target));
  return world.runScript(world.target, inputOf(world, tables, steps));
}

function checkEmpty(subject: Subject): Promise<void> {
  return inWorld(subject, async (world) => {
    await run(world, []);
    const { session, dataSource } = await world.connect();
    const { migrations } = recordTables(dataSource);
    const there = await world.database.migration.presentTables(session, namedTables([migrations.name]));
    assertSame(there, [], 'The record tables after a script without revisions');
  });
}

function checkRun(subject: Subject): Promise<void> {
  return inWorld(subject, async (world) => {
    await run(world, [FIRST, SECOND]);
    const connection = await world.connect();
    const tables = recordTables(connection.dataSource);
    assertSame(
      await namesIn(connection, tables),
      [FIRST.id, SECOND.id],
      'The revisions that a script recorded',
    );
    const rows = await connection.query('SELECT "label", "more" FROM "things"');
    assertSame(
      rows.map((row) => ({ ...row })),
      [{ label: 'a;b', more: null }],
      'The rows that a script inserted',
    );
    const [last] = await connection.query(`SELECT "outcome" FROM ${tables.runs.sql}`);
    assertSame(last?.['outcome'], 'completed', 'The outcome of the run of a script');
  });
}

function checkPlace(subject: Subject): Promise<void> {
  return inWorld(subject, async (world) => {
    const second = { ...SECOND, statements: ['CREATE TABLE "others" ("id" integer)'] };
    await refusalOf(() => run(world, [second]), 'The second script in an empty database');
    await run(world, [FIRST]);
    const error = await refusalOf(() => run(world, [FIRST]), 'The first script, a second time');
    assertHolds(
      String(error).includes(FIRST.id),
      `A script stops without naming its revision: ${String(error)}`,
    );
    const connection = await world.connect();
    const tables = recordTables(connection.dataSource);
    assertSame(await namesIn(connection, tables), [FIRST.id], 'The revisions after scripts that stopped');
  });
}

function checkFailure(subject: Subject): Promise<void> {
  return inWorld(subject, async (world) => {
    await refusalOf(() => run(world, [FIRST, FAILING]), 'A script with a wrong statement');
    const connection = await world.connect();
    const tables = recordTables(connection.dataSource);
    assertSame(await namesIn(connection, tables), [FIRST.id], 'The revisions after a script that failed');
    const [row = {}] = await connection.query('SELECT * FROM "things"');
    assertSame(Object.keys(row), ['id', 'label'], 'The columns after a script that failed');
  });
}
