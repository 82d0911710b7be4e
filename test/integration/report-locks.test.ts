import { expect } from 'chai';
import { loadParser } from '../../src/databases/postgres/parse/parser.js';
import { hasMadeStatements, locksOf } from '../../src/report/locks.js';
import { onRawConnection } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';

const WORLD = [
  'CREATE TABLE "parent" ("id" integer PRIMARY KEY)',
  'CREATE TABLE "child" ("id" integer PRIMARY KEY, "parent_id" integer, "note" text)',
  'ALTER TABLE "child" ADD CONSTRAINT "ck_child" CHECK ("id" > 0) NOT VALID',
  'CREATE INDEX "ix_note" ON "child" ("note")',
  'CREATE TABLE "events" ("id" integer) PARTITION BY RANGE ("id")',
  'CREATE TABLE "loose" ("id" integer)',
  'CREATE TABLE "part" PARTITION OF "events" FOR VALUES FROM (1) TO (9)',
  'CREATE FUNCTION "keep"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
];

/** Statements that run inside a transaction. */
const CASES = [
  'ALTER TABLE "child" ADD COLUMN "size" integer',
  'ALTER TABLE "child" ADD COLUMN "other" integer REFERENCES "parent" ("id")',
  'ALTER TABLE "child" DROP COLUMN "note"',
  'ALTER TABLE "child" ALTER COLUMN "note" SET NOT NULL',
  'ALTER TABLE "child" ALTER COLUMN "note" TYPE varchar(9)',
  `ALTER TABLE "child" ALTER COLUMN "note" SET DEFAULT 'x'`,
  'ALTER TABLE "child" ADD CONSTRAINT "fk" FOREIGN KEY ("parent_id") REFERENCES "parent" ("id") NOT VALID',
  'ALTER TABLE "child" ADD CONSTRAINT "uq" UNIQUE ("note")',
  'ALTER TABLE "child" VALIDATE CONSTRAINT "ck_child"',
  'ALTER TABLE "child" DROP CONSTRAINT "ck_child"',
  'ALTER TABLE "child" RENAME TO "kid"',
  'ALTER TABLE "child" RENAME COLUMN "note" TO "words"',
  'CREATE INDEX "ix" ON "child" ("parent_id")',
  `UPDATE "child" SET "note" = 'y' WHERE "id" = 1`,
  'TRUNCATE "child"',
  `COMMENT ON COLUMN "child"."note" IS 'words'`,
  'CREATE TABLE "new" ("id" integer REFERENCES "parent" ("id"))',
  'CREATE TABLE "next" PARTITION OF "events" FOR VALUES FROM (10) TO (20)',
  'ALTER TABLE "events" ATTACH PARTITION "loose" FOR VALUES FROM (30) TO (40)',
  'ALTER TABLE "events" DETACH PARTITION "part"',
  'CREATE TRIGGER "tr" BEFORE INSERT ON "child" FOR EACH ROW EXECUTE FUNCTION "keep"()',
  'LOCK TABLE "child" IN SHARE MODE',
  'DO $$ BEGIN LOCK TABLE "child" IN SHARE ROW EXCLUSIVE MODE; END $$',
  'DROP TABLE "child"',
];

const TABLES = `SELECT c.oid::integer AS "oid", c.relname AS "name" FROM pg_class c
  WHERE c.relname = ANY (ARRAY['parent', 'child', 'events', 'loose', 'part']) AND c.relkind IN ('r', 'p')`;

/** Strongest first, so that the first one of a table is its lock; weaker ones than those of a report are left out. */
const HELD = `SELECT DISTINCT ON (l.relation) l.relation::integer AS "oid", l.mode AS "mode"
  FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.granted AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
  ORDER BY l.relation, array_position(ARRAY['AccessExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock', 'RowExclusiveLock'], l.mode)`;

/** `ShareRowExclusiveLock`. */
function inCatalog(mode: string): string {
  return `${mode
    .split(' ')
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join('')}Lock`;
}

onDatabase('postgres', 'The locks of a report', (database) => {
  for (const sql of CASES)
    it(`PostgreSQL holds the locks that a report names for ${sql}`, async () => {
      const held = await onRawConnection(database(), async (query) => {
        for (const one of WORLD) await query(one);
        const tables = new Map((await query(TABLES)).map(({ oid, name }) => [oid, String(name)]));
        await query('BEGIN');
        await query(sql);
        const rows = await query(HELD);
        await query('ROLLBACK');
        return rows.flatMap(({ oid, mode }) => {
          const table = tables.get(oid);
          return table === undefined ? [] : [`${table} ${String(mode)}`];
        });
      });
      const named = locksOf(await loadParser(), [sql]).map(
        ({ table, mode }) => `${table ?? ''} ${inCatalog(mode)}`,
      );
      expect(named.sort()).to.deep.equal([...held].sort());
    });

  it('A table that the statements create is not named, and of several locks on one table the strongest is', async () => {
    const statements = [
      'CREATE TABLE "new" ("id" integer)',
      'CREATE INDEX "ix_new" ON "new" ("id")',
      'CREATE INDEX CONCURRENTLY "ix" ON "child" ("id")',
      'ALTER TABLE "child" DROP COLUMN "note"',
      'DROP INDEX "ix_old"',
    ];
    expect(locksOf(await loadParser(), statements)).to.deep.equal([
      { table: 'child', mode: 'ACCESS EXCLUSIVE' },
      { table: null, index: 'ix_old', mode: 'ACCESS EXCLUSIVE' },
    ]);
  });
  it('A block that makes its statements is known, and one that only has statements is not one', () => {
    const block = (body: string) => hasMadeStatements([`-- why\n DO $$ BEGIN ${body} END $$`]);
    expect(block(`EXECUTE format('LOCK TABLE %I', 'child')`)).to.equal(true);
    expect(block('LOCK TABLE "child"')).to.equal(false);
    const trigger = 'CREATE TRIGGER "t" BEFORE INSERT ON "child" FOR EACH ROW EXECUTE FUNCTION "keep"()';
    expect(hasMadeStatements([trigger])).to.equal(false);
  });
});
