import { canonicalizeExpressions } from '../../../schema/expressions-of.js';
import type { SchemaModel } from '../../../schema/model.js';
import type { BothSides } from '../../catalog.js';
import type { LiveSchema, ReadAll } from '../../live-schema.js';
import { allTables } from '../../records/tables.js';
import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { inWorld, recordsIn, type Connection } from '../world.js';

const CREATE = [
  `CREATE TABLE "owners" ("id" integer NOT NULL PRIMARY KEY, "name" varchar(20))`,
  `CREATE TABLE "pets" ("id" integer NOT NULL PRIMARY KEY, "owner" integer NOT NULL, "age" integer DEFAULT 7,
     CONSTRAINT "ck_age" CHECK ("age" > 0), CONSTRAINT "fk_owner" FOREIGN KEY ("owner") REFERENCES "owners" ("id"))`,
  `CREATE UNIQUE INDEX "ix_pets_age" ON "pets" ("owner", "age") WHERE "age" > 3`,
];

/** How schemas are read and compared. */
export const CATALOG_CHECKS: readonly Check[] = [
  { name: 'what was created is read as it was created', run: checkModel },
  { name: 'reading changes nothing', run: checkReading },
  { name: 'expressions of one meaning get one spelling', run: checkSpelling },
  { name: 'the raw catalog shows a change, and nothing else', run: checkRaw },
];

/** How a schema is read. */
interface Reading {
  readonly readAll: ReadAll;
  readonly schema: string;
}

function readingOf({ database }: Subject, { dataSource, session }: Connection): Reading {
  return { readAll: database.readAll(session), schema: database.defaultSchema(dataSource) };
}

function introspect(subject: Subject, connection: Connection): Promise<LiveSchema> {
  const { readAll, schema } = readingOf(subject, connection);
  return subject.database.catalog.introspect(readAll, [schema]);
}

function checkModel(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    const { dataSource, query } = connection;
    await database.assertSchema(dataSource, readingOf(subject, connection).readAll);
    assertSame((await introspect(subject, connection)).schema.tables, [], 'The tables of an empty database');
    for (const sql of CREATE) await query(sql);
    const { schema, unmanaged, uncomparable } = await introspect(subject, connection);
    assertSame(schema.dialect, database.name, 'The name in the schema that was read');
    assertSame([unmanaged, uncomparable], [[], []], 'What no entity can declare');
    assertSame(outlineOf(schema), OUTLINE, 'The schema that was read');
  });
}

/** What every database keeps of `CREATE`. */
function outlineOf({ tables }: SchemaModel): unknown {
  return tables.map(({ name, columns, primaryKey, foreignKeys, indexes, checks }) => [
    name,
    columns.map((column) => `${column.name}${column.nullable ? '' : ' not null'}`).sort(),
    primaryKey?.columns,
    foreignKeys.map(({ columns: from, table, references }) => [from, table, references]),
    indexes.map((index) => [
      index.name,
      index.unique,
      index.keys.map(({ column }) => column),
      index.where !== null,
    ]),
    checks.map((check) => check.name),
  ]);
}

const OUTLINE = [
  ['owners', ['id not null', 'name'], ['id'], [], [], []],
  [
    'pets',
    ['age', 'id not null', 'owner not null'],
    ['id'],
    [[['owner'], 'owners', ['id']]],
    [['ix_pets_age', true, ['owner', 'age'], true]],
    ['ck_age'],
  ],
];

function checkReading(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    for (const sql of CREATE) await connection.query(sql);
    const { readAll } = readingOf(subject, connection);
    const rows = await readAll(['SELECT 1 AS "one"', 'SELECT 2 AS "two"']);
    assertSame(
      rows.map((one) => one.map((row) => ({ ...(row as object) }))),
      [[{ one: 1 }], [{ two: 2 }]],
      'readAll',
    );
    const before = await database.rawCatalog(connection.session, []);
    assertSame(await introspect(subject, connection), await introspect(subject, connection), 'Two readings');
    assertSame(await database.rawCatalog(connection.session, []), before, 'The catalog after reading');
    assertHolds(!connection.queryRunner.isTransactionActive, 'Reading leaves a transaction open');
  });
}

/** The same expressions, written in another way. */
function rewritten(schema: SchemaModel): SchemaModel {
  return canonicalizeExpressions(schema, ({ sql }) => ({ sql: `( ${sql} )`, canonical: `( ${sql} )` }));
}

function checkSpelling(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    for (const sql of CREATE) await connection.query(sql);
    const { readAll, schema: name } = readingOf(subject, connection);
    const { schema: live } = await introspect(subject, connection);
    const canonicalize = (sides: BothSides) => database.catalog.canonicalize(sides, readAll, name);
    const once = await canonicalize({ live, desired: rewritten(live) });
    assertSame(canonicalOf(once.desired), canonicalOf(once.live), 'The spelling of the same expressions');
    const other = await canonicalize({ live, desired: withOther(live) });
    assertHolds(
      JSON.stringify(canonicalOf(other.desired)) !== JSON.stringify(canonicalOf(other.live)),
      'Expressions of another meaning got the same spelling',
    );
    const twice = await canonicalize(once);
    assertSame(canonicalOf(twice.live), canonicalOf(once.live), 'The spelling of what was spelled');
  });
}

function withOther(schema: SchemaModel): SchemaModel {
  return canonicalizeExpressions(schema, ({ sql }) => {
    const other = sql.replace(/[037]/, '9');
    return { sql: other, canonical: other };
  });
}

function canonicalOf(schema: SchemaModel): readonly string[] {
  const found: string[] = [];
  canonicalizeExpressions(schema, (expression, { owner }) => {
    found.push(`${owner}: ${expression.canonical}`);
    return expression;
  });
  return found;
}

function checkRaw(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    const { query, session } = connection;
    for (const sql of CREATE) await query(sql);
    const tables = await recordsIn(subject, connection);
    const records = allTables(tables).map(({ name }) => name);
    const lines = () => database.rawCatalog(session, records);
    const before = await lines();
    assertHolds(
      !before.some((line) => line.includes(tables.migrations.name)),
      'The raw catalog shows record tables',
    );
    await query(`INSERT INTO "owners" VALUES (1, 'a')`);
    assertSame(await lines(), before, 'The raw catalog after a row was inserted');
    const changes = [
      'ALTER TABLE "owners" ADD COLUMN "email" varchar(50)',
      'DROP INDEX "ix_pets_age"',
      'CREATE VIEW "names" AS SELECT "name" FROM "owners"',
    ];
    let last = before;
    for (const sql of changes) {
      await query(sql);
      const now = await lines();
      assertHolds(JSON.stringify(now) !== JSON.stringify(last), `The raw catalog does not show: ${sql}`);
      last = now;
    }
  });
}
