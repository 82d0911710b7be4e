import type { DatabaseTarget } from '../../../database-url.js';
import { recordTables } from '../../records/tables.js';
import type { ScratchPlace } from '../../scratch-place.js';
import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { closed, connected, inWorld, sourceOf, type Connection } from '../world.js';

/** Throw-away databases, and databases that two addresses lead to. */
export const PLACE_CHECKS: readonly Check[] = [
  { name: 'a scratch database is empty, and gone afterwards', run: checkScratch },
  { name: 'two addresses of one database are recognised', run: checkAddresses },
];

async function checkScratch(subject: Subject): Promise<void> {
  const place = await subject.database.scratch(subject.settings);
  try {
    const first = await usedScratch(subject, place);
    await usedScratch(subject, place);
    assertHolds(!(await hasTable(subject, first)), 'A scratch database is still there after its use');
    const failure = new Error('the use fails');
    const error = await place.lend(() => Promise.reject(failure)).catch((reason: unknown) => reason);
    assertHolds(error === failure, `The use of a scratch database fails with ${String(error)}`);
  } finally {
    await place.stop();
  }
}

/** Writes into a scratch database and gives its address. */
function usedScratch(subject: Subject, place: ScratchPlace): Promise<DatabaseTarget> {
  return place.lend(async (target, guard) => {
    const dataSource = sourceOf(subject, target);
    guard(dataSource);
    const connection = await connected(dataSource);
    try {
      assertSame(await tablesIn(subject, connection), [], 'The tables of a scratch database');
      await connection.query('CREATE TABLE "things" ("id" integer)');
      assertSame(await tablesIn(subject, connection), ['things'], 'The tables of a scratch database in use');
    } finally {
      await closed(connection);
    }
    return target;
  });
}

async function tablesIn(
  { database }: Subject,
  { session, dataSource }: Connection,
): Promise<readonly string[]> {
  const schemas = [database.defaultSchema(dataSource)];
  const { schema } = await database.catalog.introspect(database.readAll(session), schemas);
  return schema.tables.map(({ name }) => name);
}

/** Whether the table is there; not where there is no database any more. */
async function hasTable(subject: Subject, target: DatabaseTarget): Promise<boolean> {
  const dataSource = sourceOf(subject, target);
  let connection: Connection;
  try {
    connection = await connected(dataSource);
  } catch {
    return false;
  }
  try {
    return (await tablesIn(subject, connection)).length > 0;
  } finally {
    await closed(connection);
  }
}

function checkAddresses(subject: Subject): Promise<void> {
  const { migration } = subject.database;
  return inWorld(subject, (one) =>
    inWorld(subject, async (other) => {
      const [first, second, stranger] = [await one.connect(), await one.connect(), await other.connect()];
      const apart = await migration.recordPlaces(first.dataSource, stranger.dataSource);
      assertSame(apart, undefined, 'The places of records in two databases');
      const same = await migration.recordPlaces(first.dataSource, second.dataSource);
      assertSame(
        same !== undefined,
        subject.hasAddresses,
        'Whether two addresses of one database are recognised',
      );
      if (same === undefined || 'standby' in same) return;
      assertSame(same.application, same.direct, 'The places of records by two addresses');
      const { schemas, isVisible } = same;
      assertSame(schemas.application, schemas.direct, 'The schemas of new tables by two addresses');
      assertHolds(isVisible, 'The tables that one address creates are not found by the other one');
      const { name } = recordTables(first.dataSource).migrations;
      assertHolds(
        same.application.includes(name),
        `The place of records does not name ${name}: ${same.application}`,
      );
    }),
  );
}
