import type { TableModel } from '../../../schema/model.js';
import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { inWorld, type Connection } from '../world.js';
import { quoteIdentifier } from '../../../sql/quote.js';

const TYPES = ['integer', 'varchar(20)', 'boolean', 'numeric(6,2)', 'date'];
const COUNT = 2;

/** Rows that are made, read and counted while a revision is verified. */
export const FIXTURE_CHECKS: readonly Check[] = [
  { name: 'values of each type are written, read back and distinguished', run: checkRows },
  { name: 'counters give the next number, and advance', run: checkCounters },
];

/** A table with a column of each type, `c0` and so on. */
function checkRows(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    const columns = TYPES.map((type, index) => `"c${index}" ${type}`);
    await connection.query(
      `CREATE TABLE "things" ("id" integer NOT NULL PRIMARY KEY, ${columns.join(', ')})`,
    );
    const table = await tableOf(subject, connection);
    const rows = valuesOf(subject, table);
    const { fixtures } = database;
    const path = fixtures.table(table.name, database.defaultSchema(connection.dataSource));
    const names = table.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
    for (const row of rows)
      await connection.query(`INSERT INTO ${path} (${names}) VALUES (${row.join(', ')})`);
    const read = await readIn(subject, connection, table);
    assertSame(new Set(read).size, rows.length, 'The number of rows that differ when they are read');
    await checkLiterals(connection, { subject, table, path, read });
    await checkLocator(connection, { subject, table, path, read });
  });
}

/** A table with rows, and what was read of each row. */
interface Filled {
  readonly subject: Subject;
  readonly table: TableModel;
  readonly path: string;
  readonly read: readonly string[];
}

/** What the database writes as literals makes the same rows. */
async function checkLiterals(connection: Connection, { subject, table, path, read }: Filled): Promise<void> {
  const { fixtures } = subject.database;
  const literals = table.columns.map(({ name }, index) => `${fixtures.literal(name)} AS "l${index}"`);
  const rows = await connection.query(`SELECT ${literals.join(', ')} FROM ${path}`);
  await connection.query(`DELETE FROM ${path}`);
  const names = table.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  for (const row of rows) {
    const values = table.columns.map((_, index) => (row[`l${index}`] as string | null) ?? 'NULL');
    await connection.query(`INSERT INTO ${path} (${names}) VALUES (${values.join(', ')})`);
  }
  assertSame(await readIn(subject, connection, table), read, 'The rows that were written from literals');
}

async function checkLocator(connection: Connection, { subject, table, path, read }: Filled): Promise<void> {
  const { select, where } = subject.database.fixtures.locator(table);
  const [row] = await connection.query(`SELECT ${select} AS "place" FROM ${path} ORDER BY "id"`);
  const place = String(row?.['place']);
  const found = await connection.query(`SELECT "id" FROM ${path} WHERE ${where(place)}`);
  assertSame(found.length, 1, `The number of rows at one place, of ${read.length}`);
}

async function tableOf({ database }: Subject, { dataSource, session }: Connection): Promise<TableModel> {
  const readAll = database.readAll(session);
  const { schema } = await database.catalog.introspect(readAll, [database.defaultSchema(dataSource)]);
  const table = schema.tables.find(({ name }) => name === 'things');
  assertHolds(table !== undefined, 'A table that was created is not in the schema');
  return table;
}

/** Rows of SQL values, and one of NULL. */
function valuesOf({ database }: Subject, { columns }: TableModel): readonly (readonly string[])[] {
  const series = columns.map(({ name, type, nullable }) => {
    const { series: values, write } = database.fixtures.domain(type, []);
    const texts = values(COUNT + 1, 0);
    assertHolds(texts.length >= COUNT, `${name} (${type}) has fewer than ${COUNT} values`);
    return Array.from({ length: COUNT + 1 }, (_, at) =>
      at === COUNT && nullable ? 'NULL' : write(texts[at] ?? ''),
    );
  });
  return Array.from({ length: COUNT + 1 }, (_, at) => series.map((values) => values[at] ?? 'NULL'));
}

/** One text a row. */
async function readIn(
  { database }: Subject,
  { queryRunner, session, dataSource, query }: Connection,
  { name, columns }: TableModel,
): Promise<readonly string[]> {
  const { fixtures } = database;
  const path = fixtures.table(name, database.defaultSchema(dataSource));
  await queryRunner.startTransaction();
  try {
    for (const sql of fixtures.readSettings) await query(sql);
    const read = await fixtures.readColumns(session, {
      name,
      columns: columns.map((one) => one.name),
      numbered: false,
    });
    const list = read.map(({ sql }, index) => `${sql} AS "r${index}"`).join(', ');
    const rows = await query(`SELECT ${list} FROM ${path}`);
    return rows.map((row) => JSON.stringify(read.map((_, index) => row[`r${index}`]))).sort();
  } finally {
    await queryRunner.rollbackTransaction();
  }
}

function checkCounters(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    const { fixtures, records } = database;
    const key = records.primaryKey('pk_numbered');
    await connection.query(`CREATE TABLE "numbered" ("id" ${records.serial}, "label" varchar(10)${key})`);
    const add = () => connection.query(`INSERT INTO "numbered" ("label") VALUES ('a')`);
    const next = async () => {
      const rows = await fixtures.readCounters(connection.session);
      const found = rows.find(({ name }) => name === fixtures.counterName('numbered', 'id'));
      return Number(found?.next);
    };
    await add();
    assertSame(await next(), 2, 'The next number after one row');
    await fixtures.advanceCounters(connection.session);
    assertSame(await next(), 3, 'The next number after all counters advanced');
    await add();
    const [row] = await connection.query('SELECT max("id") AS "id" FROM "numbered"');
    assertSame(Number(row?.['id']), 3, 'The number of the next row');
  });
}
