import { expect } from 'chai';
import { fromDatabase, readDatabase } from '../../src/generate/squash/from-database.js';
import { revisionClass } from '../../src/generate/write/revision-class.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { dialectsOf, scratchSourcesOf } from '../../src/scratch/scratch-sources.js';
import { parseSettings } from '../../src/settings.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { postgresServer, urlOf } from '../support/servers.js';

const NOTHING = { entities: [], migrations: [] };

/** The baseline of what these statements make in the database. */
async function baselineOf(database: TestDatabase, statements: readonly string[]) {
  await execute(database, statements);
  const dataSource = await database.connect(NOTHING);
  const all = scratchSourcesOf(dataSource, { revisions: false });
  const { dialect } = database.target;
  expect(dialectsOf(all)).to.include(dialect);
  return fromDatabase({
    sources: { [dialect]: all[dialect] },
    settings: parseSettings({ SCRATCH_DATABASE_URL: urlOf(postgresServer()) }),
    ...{ name: 'AsItIs', stamp: 1_700_000_000_000 },
    live: await readDatabase(dataSource),
  });
}

async function refusalOf(database: TestDatabase, statements: readonly string[]) {
  const error: unknown = await baselineOf(database, statements).catch((reason: unknown) => reason);
  expect(error).to.have.property('code', 'BASELINE_REFUSED');
  return error as Error & { readonly differences: readonly string[] };
}

const POSTGRES = [
  'CREATE SCHEMA "audit"',
  `CREATE DOMAIN "percent" AS integer DEFAULT 0 CONSTRAINT "ck_percent" CHECK (VALUE BETWEEN 0 AND 100)`,
  'CREATE SEQUENCE "ticket" START WITH 100 INCREMENT BY 5 CYCLE MAXVALUE 900',
  `CREATE TYPE "mood" AS ENUM ('sad', 'it''s ok')`,
  `CREATE FUNCTION "tag"("of" text, "n" integer DEFAULT 2) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT "of" || n; $$`,
  `CREATE TABLE "jobs" ("id" serial PRIMARY KEY, "name" character varying(20) NOT NULL DEFAULT tag('x'),
    "mood" "mood", "done" "percent", "ticket" bigint DEFAULT nextval('ticket'), "twice" integer GENERATED ALWAYS AS ("id" * 2) STORED,
    CONSTRAINT "ck_jobs" CHECK (length("name") > 1))`,
  `CREATE TABLE "audit"."events" ("id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "job" integer CONSTRAINT "fk_job" REFERENCES "jobs" ON DELETE CASCADE, "at" timestamp with time zone DEFAULT now())`,
  'CREATE UNIQUE INDEX "ix_lower" ON "jobs" (lower("name") text_pattern_ops) INCLUDE ("mood") WHERE "id" > 5',
  'CREATE TABLE "old" ("id" bigserial PRIMARY KEY, "n" smallserial, "left" serial)',
  'ALTER TABLE "old" RENAME TO "renamed"',
  'ALTER TABLE "renamed" ALTER COLUMN "left" DROP DEFAULT',
  'ALTER SEQUENCE "old_n_seq" INCREMENT BY 3',
  'CREATE VIEW "a_first" AS SELECT "id", "name" FROM "jobs"',
  'CREATE VIEW "all_jobs" WITH (security_barrier = true) AS SELECT * FROM "a_first"',
  'CREATE OR REPLACE VIEW "a_first" AS SELECT "id", "name" FROM "jobs" WHERE "id" > 0',
  'CREATE MATERIALIZED VIEW "counts" AS SELECT count(*) AS "n" FROM "all_jobs"',
  'CREATE UNIQUE INDEX "ix_counts" ON "counts" ("n")',
  `CREATE FUNCTION "newest"() RETURNS "jobs" LANGUAGE sql STABLE AS $$ SELECT * FROM "jobs" ORDER BY "id" DESC LIMIT 1 $$`,
  `CREATE FUNCTION "note"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
  'CREATE TRIGGER "tr_note" BEFORE UPDATE OF "name" ON "jobs" FOR EACH ROW WHEN (OLD."id" > 1) EXECUTE FUNCTION "note"()',
  'ALTER TABLE "audit"."events" ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY "own" ON "audit"."events" FOR SELECT TO PUBLIC USING ("job" IS NOT NULL)',
  'CREATE RULE "ru" AS ON DELETE TO "all_jobs" DO INSTEAD NOTHING',
  'CREATE STATISTICS "st" ON "id", "name" FROM "jobs"',
  'ALTER STATISTICS "st" SET STATISTICS 500',
  `COMMENT ON TABLE "jobs" IS 'what is done'`,
  `COMMENT ON CONSTRAINT "ck_jobs" ON "jobs" IS 'two letters'`,
  `COMMENT ON INDEX "ix_lower" IS 'by name'`,
  'ALTER INDEX "ix_lower" ALTER COLUMN 1 SET STATISTICS 400',
  `COMMENT ON FUNCTION "tag"(text, integer) IS 'it''s a tag'`,
  `COMMENT ON VIEW "all_jobs" IS 'all'`,
  `COMMENT ON COLUMN "all_jobs"."name" IS 'its name'`,
  `COMMENT ON TYPE "mood" IS 'how it is'`,
  'ALTER TABLE "jobs" ADD CONSTRAINT "ck_late" CHECK ("id" < 900) NOT VALID, ADD CONSTRAINT "ck_own" CHECK ("id" > -1) NO INHERIT',
  'ALTER TABLE "audit"."events" ADD CONSTRAINT "fk_late" FOREIGN KEY ("job") REFERENCES "jobs" NOT VALID',
  'ALTER TABLE "jobs" SET (fillfactor = 70), ALTER COLUMN "name" SET STORAGE EXTERNAL, ALTER COLUMN "name" SET COMPRESSION pglz',
  'ALTER TABLE "jobs" REPLICA IDENTITY FULL, ALTER COLUMN "id" SET STATISTICS 300, ALTER COLUMN "id" SET (n_distinct = 5)',
];

onDatabase('postgres', 'A baseline from a PostgreSQL database', (database) => {
  it('A baseline from a PostgreSQL database makes each object as it is, and another database gets the same', async () => {
    const { id, part, snapshot } = await baselineOf(database(), POSTGRES);
    expect(snapshot).to.deep.include({ head: id });
    const { up } = part.groups.postgres;
    expect(up.map(({ reason }) => reason)).to.include('view public.all_jobs');
    const dataSource = await database().connect({ entities: [], migrations: [revisionClass(id, part)] });
    await dataSource.query('DROP SCHEMA public CASCADE');
    await dataSource.query('DROP SCHEMA audit CASCADE');
    await dataSource.query('CREATE SCHEMA public');
    await migrateUp(dataSource);
    await dataSource.query(`INSERT INTO "jobs" ("id") VALUES (7)`);
    expect(await rowsOf(database(), 'SELECT "id", "name", "ticket" FROM "newest"()')).to.deep.equal([
      { id: 7, name: 'x2', ticket: '100' },
    ]);
  });

  it('A baseline from a PostgreSQL database that has an aggregate is refused, naming it', async () => {
    const { differences, message } = await refusalOf(database(), [
      'CREATE AGGREGATE "total"(integer) (SFUNC = int4pl, STYPE = integer)',
      'CREATE TYPE "pair" AS ("a" integer, "b" integer)',
    ]);
    expect([...differences].sort()).to.deep.equal(['aggregate public.total(integer)', 'type public.pair']);
    expect(message).to.equal(
      `A revision cannot create this as it is in the database: ${differences.join('; ')}. Nothing was written. ` +
        'Write a revision by hand that creates the schema, from a dump for example, and record it with stamp',
    );
  });

  it('A baseline from a PostgreSQL database that has a partition, or a table that inherits, is refused, naming it', async () => {
    const { differences } = await refusalOf(database(), [
      'CREATE TABLE "parts" ("id" integer) PARTITION BY RANGE ("id")',
      'CREATE TABLE "parts_1" PARTITION OF "parts" FOR VALUES FROM (1) TO (2)',
      'CREATE TABLE "above" ("id" integer)',
      'CREATE TABLE "below" () INHERITS ("above")',
    ]);
    expect(differences.filter((line) => line.startsWith('only in the database: ')).join('\n'))
      .to.contain('inherits public.parts_1 public.parts')
      .and.to.contain('inherits public.below public.above');
  });
});

onDatabase('sqlite', 'A baseline from an SQLite database', (database) => {
  it('A baseline from an SQLite database has the statements that SQLite keeps', async () => {
    const statements = [
      'CREATE TABLE "jobs" ("id" integer PRIMARY KEY AUTOINCREMENT, "name" text COLLATE NOCASE CHECK (length("name") > 1))',
      'CREATE TABLE "keys" ("k" text PRIMARY KEY, "job" integer REFERENCES "jobs" ("id")) WITHOUT ROWID, STRICT',
      'CREATE UNIQUE INDEX "ix_lower" ON "jobs" (lower("name")) WHERE "id" > 5',
      'CREATE VIEW "all_jobs" AS SELECT * FROM "jobs"',
      `CREATE TRIGGER "tr" AFTER INSERT ON "jobs" BEGIN DELETE FROM "keys" WHERE "job" = NEW."id"; END`,
      'CREATE VIRTUAL TABLE "words" USING fts5(word)',
    ];
    const { part } = await baselineOf(database(), statements);
    const { up, down } = part.groups.sqlite;
    expect(up.flatMap((group) => group.statements.map(({ sql }) => sql)).sort()).to.deep.equal(
      [...statements].sort(),
    );
    expect(down).to.have.length(6);
  });
});
