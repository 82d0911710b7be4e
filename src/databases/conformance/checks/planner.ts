import { NO_VIEWS } from '../../view-facts.js';
import { diff } from '../../../schema/diff.js';
import type { SchemaModel } from '../../../schema/model.js';
import { normalise } from '../../../schema/normalise.js';
import { printed } from '../../../sql/statement.js';
import { tokenise } from '../../../sql/tokens.js';
import { comparePhases } from '../../phases.js';
import {
  NO_CONFIRMED_VALUES,
  type PlannedPart,
  type PlanReading,
  type StatementGroup,
} from '../../planning.js';
import { allTables, recordTables } from '../../records/tables.js';
import type { RunningRevision } from '../../running-revision.js';
import { executing, LIMITS, type Execution } from '../recording.js';
import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { inWorld, type Connection, type World } from '../world.js';

const BEFORE = [
  `CREATE TABLE "owners" ("id" integer NOT NULL PRIMARY KEY, "name" varchar(20))`,
  `CREATE TABLE "pets" ("id" integer NOT NULL PRIMARY KEY, "owner" integer NOT NULL, "age" integer DEFAULT 7, "colour" varchar(10),
     CONSTRAINT "ck_age" CHECK ("age" > 0), CONSTRAINT "fk_owner" FOREIGN KEY ("owner") REFERENCES "owners" ("id"))`,
  `CREATE INDEX "ix_pets_age" ON "pets" ("age")`,
];

/** A new table, new columns, one column less, another check, another index, another length. */
const AFTER = [
  `CREATE TABLE "owners" ("id" integer NOT NULL PRIMARY KEY, "name" varchar(40), "email" varchar(50))`,
  `CREATE TABLE "pets" ("id" integer NOT NULL PRIMARY KEY, "owner" integer NOT NULL, "age" integer DEFAULT 7, "label" varchar(20),
     CONSTRAINT "ck_age" CHECK ("age" > 3), CONSTRAINT "fk_owner" FOREIGN KEY ("owner") REFERENCES "owners" ("id"))`,
  `CREATE UNIQUE INDEX "ix_pets_label" ON "pets" ("label")`,
  `CREATE TABLE "visits" ("id" integer NOT NULL PRIMARY KEY, "pet" integer NOT NULL,
     CONSTRAINT "fk_pet" FOREIGN KEY ("pet") REFERENCES "pets" ("id"))`,
];

const ROWS = [`INSERT INTO "owners" VALUES (1, 'Ann')`, `INSERT INTO "pets" VALUES (2, 1, 9, 'red')`];

/** How a change of the schema is planned. */
export const PLANNER_CHECKS: readonly Check[] = [
  { name: 'a planned change leads to the desired schema, and back, with every row', run: checkRun },
  { name: 'a plan contains nothing where nothing changes', run: checkNothing },
  { name: 'the parts of a plan are in the order of their phases', run: checkOrder },
  { name: 'a part outside a transaction is one statement', run: checkTransactions },
  { name: 'a planned statement means the same after it was printed', run: checkPrinted },
];

/** A database with the schema `BEFORE`, and the plan that leads to `AFTER`. */
interface Scene extends World {
  readonly connection: Connection;
  readonly reading: PlanReading;
  readonly parts: readonly PlannedPart[];
}

function scene(subject: Subject, play: (scene: Scene) => Promise<void>): Promise<void> {
  return inWorld(subject, async (world) => {
    const connection = await created(world, BEFORE);
    const from = await schemaOf(world, connection);
    const to = await desiredSchema(subject);
    const reading = await readingOf(world, connection, { from, to });
    const planner = await world.database.planner();
    await play({ ...world, connection, reading, parts: planner.plan(reading, NO_CONFIRMED_VALUES) });
  });
}

async function created({ connect }: World, statements: readonly string[]): Promise<Connection> {
  const connection = await connect();
  for (const sql of statements) await connection.query(sql);
  return connection;
}

async function desiredSchema(subject: Subject): Promise<SchemaModel> {
  let schema: SchemaModel | undefined;
  await inWorld(subject, async (world) => {
    schema = await schemaOf(world, await created(world, AFTER));
  });
  assertHolds(schema !== undefined, 'No empty database was provided');
  return schema;
}

/** Without the tables of records. */
async function schemaOf({ database }: Subject, connection: Connection): Promise<SchemaModel> {
  const { dataSource, session } = connection;
  const schemas = [database.defaultSchema(dataSource)];
  const { schema } = await database.catalog.introspect(database.readAll(session), schemas);
  const records = recordNames(connection);
  return { ...schema, tables: schema.tables.filter(({ name }) => !records.includes(name)) };
}

function recordNames({ dataSource }: Connection): readonly string[] {
  return allTables(recordTables(dataSource)).map(({ name }) => name);
}

async function readingOf(
  { database }: Subject,
  { dataSource }: Connection,
  { from, to }: Pick<PlanReading, 'from' | 'to'>,
): Promise<PlanReading> {
  const changes = diff(normalise(from), normalise(to));
  const defaultSchema = database.defaultSchema(dataSource);
  const planner = await database.planner();
  const expressions = { '--using': [], '--using-down': [] };
  const facts = await planner.readFacts(dataSource, {
    ...{ changes, defaultSchema, from, to, expressions, timeZones: [], views: NO_VIEWS },
    installed: [],
  });
  return { head: from, from, to, changes, renames: [], defaultSchema, ownIndexes: [], facts };
}

function checkRun(subject: Subject): Promise<void> {
  return scene(subject, async ({ connection, reading, parts }) => {
    for (const sql of ROWS) await connection.query(sql);
    const lines = async () =>
      [...(await subject.database.rawCatalog(connection.session, recordNames(connection)))].sort();
    const before = await lines();
    const revisions = list(subject, connection, parts);
    await executing(subject, connection, async (execution) => {
      for (const [index, part] of parts.entries())
        await run(execution, connection, { ...part, direction: 'up', migration: revisions[index] ?? {} });
      await assertInSync(subject, connection, reading.to, 'The schema after the plan has run up');
      await assertRows(connection);
      for (const [index, part] of [...parts.entries()].toReversed())
        await run(execution, connection, { ...part, direction: 'down', migration: revisions[index] ?? {} });
    });
    await assertInSync(subject, connection, reading.from, 'The schema after the plan has run down');
    assertSame(await lines(), before, 'The raw catalog after the plan has run up and down');
    await assertRows(connection);
  });
}

/** Makes the plan a revision of the DataSource: a database may look there for what its author has named. */
function list(
  { database: { name, language } }: Subject,
  { dataSource }: Connection,
  parts: readonly PlannedPart[],
): readonly object[] {
  const texts = (groups: readonly StatementGroup[]) => statementsOf(groups).map(printed);
  const revisions = parts.map(({ up, down }) => {
    const ways = { up: texts(up), down: texts(down) };
    // A database that borrows the executor of another one has its lists read by that one's name.
    return { [language]: ways, [name]: ways };
  });
  Object.assign(dataSource, { migrations: revisions });
  return revisions;
}

/** One way of a part, as the migrator runs it. */
function run(
  { executor }: Execution,
  { query }: Connection,
  {
    transaction,
    direction,
    migration,
    ...part
  }: PlannedPart & Pick<RunningRevision, 'direction' | 'migration'>,
): Promise<void> {
  const body = async () => {
    for (const { sql } of statementsOf(part[direction])) await query(sql);
  };
  const running = { migration, direction, generated: true };
  const nothing = () => [];
  if (!transaction) return executor.outside(LIMITS, () => body().then(() => nothing));
  return executor.inTransaction(LIMITS, () => executor.runBody(body, running).then(() => nothing));
}

function statementsOf(groups: readonly StatementGroup[]): readonly StatementGroup['statements'][number][] {
  return groups.flatMap(({ statements }) => statements);
}

async function assertInSync(
  subject: Subject,
  connection: Connection,
  ...[desired, what]: readonly [SchemaModel, string]
): Promise<void> {
  const { database } = subject;
  const live = await schemaOf(subject, connection);
  const readAll = database.readAll(connection.session);
  const schema = database.defaultSchema(connection.dataSource);
  const canonical = await database.catalog.canonicalize({ live, desired }, readAll, schema);
  const changes = diff(normalise(canonical.live), normalise(canonical.desired));
  assertSame(
    changes.map(({ kind, table, object }) => `${kind} ${table}.${object}`),
    [],
    what,
  );
}

async function assertRows({ query }: Connection): Promise<void> {
  const rows = await query(
    'SELECT p."id", p."age", o."name" FROM "pets" p JOIN "owners" o ON o."id" = p."owner"',
  );
  assertSame(
    rows.map((row) => ({ ...row })),
    [{ id: 2, age: 9, name: 'Ann' }],
    'The rows',
  );
}

function checkNothing(subject: Subject): Promise<void> {
  return scene(subject, async ({ reading, database }) => {
    const planner = await database.planner();
    const { to } = reading;
    const parts = planner.plan({ ...reading, head: to, from: to, changes: [] }, NO_CONFIRMED_VALUES);
    assertSame(parts.length, 0, 'The parts of a plan without changes');
  });
}

function checkOrder(subject: Subject): Promise<void> {
  return scene(subject, ({ parts }) => {
    const phases = parts.map(({ phase }) => phase);
    assertHolds(phases.length > 0, 'A plan with changes has no part');
    assertSame(phases, phases.toSorted(comparePhases), 'The phases of a plan');
    return Promise.resolve();
  });
}

function checkTransactions(subject: Subject): Promise<void> {
  return scene(subject, ({ parts, database }) => {
    for (const { transaction, phase, up, down } of parts.filter((part) => !part.transaction)) {
      assertHolds(
        transaction || database.capabilities.nonTransactionalStatements,
        `The part ${phase} is outside a transaction, on a database that has no such statements`,
      );
      const counts = [up, down].map((groups) => statementsOf(groups).length);
      assertHolds(
        counts.every((count) => count <= 1),
        `The part ${phase} is outside a transaction with ${counts.join(' and ')} statements; one is allowed`,
      );
    }
    return Promise.resolve();
  });
}

function checkPrinted(subject: Subject): Promise<void> {
  const { language } = subject.database;
  const words = (sql: string) => tokenise(sql, language).map(({ kind, text }) => `${kind} ${text}`);
  return scene(subject, ({ parts }) => {
    for (const one of parts.flatMap(({ up, down }) => statementsOf([...up, ...down])))
      assertSame(words(printed(one)), words(one.sql), 'The words of a statement that was printed');
    return Promise.resolve();
  });
}
