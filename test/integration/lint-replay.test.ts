import { expect } from 'chai';
import { applyAction } from '../../src/lint/replay/apply.js';
import { implied } from '../../src/lint/replay/imply.js';
import { emptySchema, type KnownSchema } from '../../src/lint/replay/known-schema.js';
import { loadParser } from '../../src/databases/postgres/parse/parser.js';
import { readStatement } from '../../src/lint/sql/read-statement.js';
import { normalise } from '../../src/schema/normalise.js';
import { raw, type ColumnModel, type SchemaModel } from '../../src/schema/model.js';
import { canonicalizeExpressions } from '../../src/schema/expressions-of.js';
import { onDatabase } from '../support/databases.js';
import { introspected } from './generate/verify-scratch.js';
import { forServer } from '../support/older-server.js';

/** One after the other; the schema is compared after each. */
const STATEMENTS: readonly string[] = [
  'CREATE SCHEMA audit',
  `CREATE TYPE mood AS ENUM ('fine', 'bad')`,
  `CREATE TABLE "People" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Name" varchar(40) COLLATE "C" NOT NULL UNIQUE,
     mood mood DEFAULT 'fine', moods mood[], born timestamp(3), paid numeric(8), span interval day to second(3), sign "char",
     code char(3), no serial, born_on date GENERATED ALWAYS AS (born::date) STORED, CHECK (paid > 0))`,
  `CREATE UNLOGGED TABLE audit.events (id integer, person bigint REFERENCES "People" (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
     at timestamptz DEFAULT now(), CONSTRAINT pk PRIMARY KEY (id) INCLUDE (at), CONSTRAINT ex EXCLUDE USING btree (id WITH =) WHERE (at IS NULL))`,
  `CREATE UNIQUE INDEX ix ON audit.events (at DESC, lower(id::text)) INCLUDE (person) WHERE id > 0`,
  'CREATE INDEX ON audit.events USING hash (person)',
  'CREATE INDEX ON "People" (lower(code), (no + 1)) INCLUDE (paid)',
  'ALTER TABLE audit.events RENAME COLUMN at TO since',
  'ALTER TABLE "People" RENAME COLUMN id TO person_id',
  'ALTER TABLE "People" RENAME TO people',
  'ALTER TYPE mood RENAME TO temper',
  `ALTER TYPE temper ADD VALUE 'worse'`,
  'ALTER TABLE audit.events ADD CONSTRAINT ck CHECK (person > id) NOT VALID',
  'ALTER TABLE audit.events VALIDATE CONSTRAINT ck',
  'ALTER TABLE audit.events RENAME CONSTRAINT ck TO ck_events',
  `COMMENT ON TABLE people IS 'Whom we know'`,
  `COMMENT ON COLUMN people.mood IS 'Today'`,
  'ALTER TABLE people ALTER mood SET NOT NULL, ALTER mood DROP DEFAULT, ALTER paid TYPE numeric(10, 2)',
  'ALTER TABLE people ALTER no DROP DEFAULT',
  'ALTER SEQUENCE "People_no_seq" OWNED BY NONE',
  'ALTER TABLE people ALTER person_id DROP IDENTITY',
  'CREATE UNIQUE INDEX uq ON people (born, code) NULLS NOT DISTINCT',
  'ALTER TABLE people ADD CONSTRAINT uq UNIQUE USING INDEX uq DEFERRABLE',
  'ALTER TABLE audit.events DROP COLUMN person',
  'ALTER INDEX IF EXISTS audit.ix RENAME TO ix_events',
  'ALTER TABLE audit.events SET SCHEMA public',
  'ALTER TABLE events DROP CONSTRAINT pk',
  'CREATE UNIQUE INDEX key ON events (id)',
  'ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY USING INDEX key',
  'ALTER TABLE people DROP COLUMN "Name", DROP COLUMN born_on, DROP COLUMN born',
  'DROP INDEX IF EXISTS events_person_idx',
  'DROP TABLE people',
];

function replayed(schema: KnownSchema, actions: ReturnType<typeof readStatement>['actions']): KnownSchema {
  return actions.reduce((before, action) => applyAction(implied(before, action)(before), action), schema);
}

/**
 * Expressions are only there or not: each side has a spelling of its own, which other tests hold. The names that
 * PostgreSQL 18 keeps for NOT NULL after a rename are no matter of lint.
 */
function comparable(schema: SchemaModel): SchemaModel {
  const bare = canonicalizeExpressions(normalise(schema), () => raw(''));
  return {
    ...bare,
    tables: bare.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => withoutName(column)),
      indexes: table.indexes.map((index) => ({
        ...index,
        keys: index.keys.map((key) => ({ ...key, expression: key.expression === null ? null : '' })),
      })),
    })),
  };
}

function withoutName(column: ColumnModel): ColumnModel {
  const copy: { notNull?: unknown } = { ...column };
  delete copy.notNull;
  return copy as ColumnModel;
}

onDatabase('postgres', 'The schema that lint replays', (database) => {
  it('The schema that lint replays is the one that a server has after the same statements', async () => {
    const parser = await loadParser();
    const dataSource = await database().connect();
    const queryRunner = dataSource.createQueryRunner();
    let schema = emptySchema('postgres');
    for (const written of STATEMENTS) {
      const sql = await forServer(written);
      await queryRunner.query(sql);
      schema = replayed(schema, readStatement(parser, sql).actions);
      const live = await introspected(queryRunner);
      expect(comparable(schema.model), sql).to.deep.equal(comparable(live));
    }
    await queryRunner.release();
  });
});
