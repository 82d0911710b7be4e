import type { MigrationInterface } from 'typeorm';
import { handWritten } from './hand-written.js';
import { revision } from './revisions.js';

type Revisions = readonly (new () => MigrationInterface)[];

const SHELVES = 'CREATE TABLE "shelves" ("id" integer NOT NULL, "label" varchar(20))';

export const MAKE = 'MakeShelves1800000000410';
export const LABEL = 'LabelShelves1800000000415';
export const FILL = 'FillShelves1800000000420';
export const COUNT = 'CountShelves1800000000430';

const make = described(revision(MAKE, [SHELVES], ['DROP TABLE "shelves"']), 'Creates shelves.');
const fill = described(
  revision(FILL, [`INSERT INTO "shelves" VALUES (1, 'one'), (2, 'two')`], ['DELETE FROM "shelves"']),
  'Fills them.',
);
const count = revision(
  COUNT,
  ['CREATE TABLE "counts" ("n" integer)', 'INSERT INTO "counts" SELECT count(*) FROM "shelves"'],
  ['DROP TABLE "counts"'],
);
const label = revision(LABEL, [`UPDATE "shelves" SET "label" = 'late'`], []);

/** Lists of revisions as two states of the code have them, by the name that a process receives. */
export const SHELF_CODE = {
  made: [make, fill, count],
  /** Its `up` is another one than was applied. */
  edited: [revision(MAKE, [SHELVES.replace('20', '30')], ['DROP TABLE "shelves"']), fill, count],
  /** Only its `down` is. */
  editedDown: [make, fill, revision(COUNT, countUp(), ['DROP TABLE IF EXISTS "counts"'])],
  /** One in the middle is gone from the code. */
  withoutFill: [make, count],
  /** It does not know the newest one. */
  old: [make, fill],
  /** One more, older than others. */
  late: [make, label, fill, count],
  failing: [
    make,
    fill,
    revision(COUNT, ['CREATE TABLE "counts" ("n" integer)', 'INSERT INTO "nowhere" VALUES (1)'], []),
  ],
  downThrows: [
    make,
    handWritten(FILL, fillUp, () => Promise.reject(new Error('there is no way back'))),
    count,
  ],
  downMissing: [make, withoutDown(handWritten(FILL, fillUp)), count],
  byHand: [make, handWritten(FILL, fillUp, (queryRunner) => queryRunner.query('SELECT 1')), count],
  reading: [make, handWritten(FILL, (queryRunner) => queryRunner.hasTable('shelves')), count],
  sameStamp: [make, revision(`Other${stampOf(MAKE)}`, [], [])],
  sameName: [make, revision(MAKE, [], [])],
  noStamp: [make, revision('AddBoxes', [], [])],
} satisfies Readonly<Record<string, Revisions>>;

/** A name of such a list. */
export type ShelfCode = keyof typeof SHELF_CODE;

/** What a DataSource on such a list has in it. */
export function shelves(code: ShelfCode): {
  readonly entities: readonly Function[];
  readonly migrations: Revisions;
} {
  return { entities: [], migrations: SHELF_CODE[code] };
}

function countUp(): readonly string[] {
  return ['CREATE TABLE "counts" ("n" integer)', 'INSERT INTO "counts" SELECT count(*) FROM "shelves"'];
}

function fillUp(queryRunner: { query(sql: string): Promise<unknown> }): Promise<unknown> {
  return queryRunner.query(`INSERT INTO "shelves" VALUES (3, 'by hand')`);
}

function described<T extends new () => MigrationInterface>(Made: T, description: string): T {
  return Object.assign(Made, { description });
}

/** As plain JavaScript may have it. */
function withoutDown<T extends new () => MigrationInterface>(Made: T): T {
  Reflect.deleteProperty(Made.prototype as object, 'down');
  return Made;
}

function stampOf(id: string): string {
  return id.slice(-13);
}
