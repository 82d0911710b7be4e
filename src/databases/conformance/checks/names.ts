import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { inWorld, sourceOf, type Connection } from '../world.js';

/** How often an instant is read until it has a fraction of a second. */
const LOOKS = 50;

const FRACTION = /\.\d*[1-9]/;

/** Name, title, drivers and capabilities of a database. */
export const NAME_CHECKS: readonly Check[] = [
  { name: 'its names agree with one another and with its connections', run: checkNames },
  { name: 'its connections show no password', run: checkShown },
  { name: 'its capabilities are those of its connections', run: checkCapabilities },
];

async function checkNames(subject: Subject): Promise<void> {
  const { name, title, migration, driverTypes, catalog } = subject.database;
  assertHolds(name.trim() !== '' && title.trim() !== '', 'The name or the title is empty');
  assertSame(migration.name, name, 'The name in `migration`');
  assertSame(catalog.columns.dialect, name, 'The name in `catalog.columns`');
  await inWorld(subject, async ({ connect }) => {
    const { type } = (await connect()).dataSource.options;
    assertHolds(
      driverTypes.includes(type),
      `driverTypes does not contain ${type}, the type of its connections`,
    );
  });
}

function checkShown(subject: Subject): Promise<void> {
  const secret = 'conformance-secret';
  return subject.lend((target) => {
    const dataSource = sourceOf(subject, { ...target, password: secret } as typeof target);
    const shown = subject.database.shownDatabase(dataSource);
    assertHolds(shown.trim() !== '', 'shownDatabase gives no words');
    assertHolds(!shown.includes(secret), 'shownDatabase shows the password');
    return Promise.resolve();
  });
}

/** Only those that a statement can tell. */
function checkCapabilities(subject: Subject): Promise<void> {
  const { database } = subject;
  const { now } = database.entityTypes.instant;
  return inWorld(subject, async ({ connect }) => {
    const connection = await connect();
    await connection.query(
      `CREATE TABLE "things" ("id" integer, "label" varchar(20), "at" ${database.records.instant})`,
    );
    const { capabilities } = database;
    const works = (sql: string) => succeeds(connection, sql);
    assertSame(await works('SELECT "id" FROM "things" FOR UPDATE'), capabilities.rowLocks, 'rowLocks');
    assertSame(await works('CREATE SCHEMA "conformance_things"'), capabilities.schemas, 'schemas');
    const alters = await works('ALTER TABLE "things" ALTER COLUMN "label" TYPE varchar(30)');
    assertSame(!alters, capabilities.rebuildsTables, 'rebuildsTables');
    assertHolds(await hasFraction(connection, now), 'entityTypes.instant.now has no milliseconds');
    const isInstant = await hasFraction(connection, 'CURRENT_TIMESTAMP');
    assertSame(isInstant, capabilities.currentTimestampIsInstant, 'currentTimestampIsInstant');
  });
}

function succeeds({ query }: Connection, sql: string): Promise<boolean> {
  return query(sql).then(
    () => true,
    () => false,
  );
}

/** Whether an expression, stored as an instant, keeps fractions of a second. One look may fall on a whole second. */
async function hasFraction({ query }: Connection, expression: string): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    await query('DELETE FROM "things"');
    await query(`INSERT INTO "things" VALUES (1, 'a', ${expression})`);
    const [row] = await query('SELECT CAST("at" AS varchar(40)) AS "text" FROM "things"');
    if (FRACTION.test(String(row?.['text']))) return true;
  }
  return false;
}
