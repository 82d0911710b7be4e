import { expect } from 'chai';
import { databaseNamed } from '../../../src/databases/registry.js';

const CASES = {
  postgres: {
    schema: [
      'SELECT * FROM "information_schema"."tables" WHERE "table_name" = $1',
      'SELECT c.oid FROM pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace',
      'WITH found AS (SELECT 1 FROM pg_index) SELECT * FROM found',
      'SELECT * FROM current_schema()',
      'SELECT "value" FROM "public"."typeorm_metadata"',
      'SHOW server_version',
      'INSERT INTO "users" ("id") VALUES (1) RETURNING "id"',
    ],
    rows: [
      'SELECT 1 FROM "users"',
      'SELECT 1 FROM pg_class WHERE EXISTS (SELECT FROM "users")',
      'WITH users AS (SELECT * FROM public.users) SELECT * FROM users',
      'SELECT reltuples FROM pg_stat_user_tables',
      'SELECT * FROM "pg"."information_schema"',
      'SELECT * FROM "app"."pg_class"',
      'INSERT INTO "users" ("id") SELECT "id" FROM "people" RETURNING "id"',
      'INSERT INTO "users" ("id") VALUES (1) ON CONFLICT DO NOTHING RETURNING "id"',
      'UPDATE "users" SET "id" = 1 RETURNING "id"',
      'DELETE FROM "users" RETURNING "id"',
      'this is no SQL',
    ],
  },
  sqlite: {
    schema: [
      `SELECT * FROM "sqlite_master" WHERE "name" IN ('users')`,
      'PRAGMA table_xinfo("users")',
      `SELECT * FROM pragma_table_info('users') JOIN main.sqlite_schema`,
      'SELECT sqlite_version()',
      'INSERT INTO "users" VALUES (1) RETURNING "id"',
    ],
    rows: [
      'SELECT 1 FROM "users"',
      'SELECT 1 FROM sqlite_master WHERE EXISTS (SELECT 1 FROM [users])',
      'SELECT * FROM sqlite_master JOIN `main`.`users`',
      'UPDATE "users" SET "id" = 1 RETURNING "id"',
      'INSERT INTO "users" VALUES (1)\nON CONFLICT DO NOTHING RETURNING "id"',
    ],
  },
} as const;

for (const [name, { schema, rows }] of Object.entries(CASES))
  describe(`A question to ${databaseNamed(name).title}`, () => {
    for (const sql of schema)
      it(`is about the schema: ${sql}`, async () => {
        expect((await databaseNamed(name).rowReader())(sql)).to.equal(false);
      });
    for (const sql of rows)
      it(`is about rows: ${sql}`, async () => {
        expect((await databaseNamed(name).rowReader())(sql)).to.equal(true);
      });
  });
