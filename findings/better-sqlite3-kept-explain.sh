#!/usr/bin/env bash
# TypeORM keeps the prepared statements of better-sqlite3 by their text (statementCacheSize, default 100). An EXPLAIN
# among them does not notice another schema: after DROP TABLE it goes on answering, and so does EXPLAIN QUERY PLAN,
# where the same text is refused if it is prepared anew, and where the statement itself is refused in either way.
# A check of triggers by EXPLAIN after DDL thus finds nothing on this driver unless each text is another one.
# Exits 0 while they behave so, 1 when they do not any more.
set -uo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
npm init -y >/dev/null
npm install --no-audit --no-fund --silent typeorm@0.3.31 better-sqlite3@12.11.1 reflect-metadata@0.2.2 || exit 1

cat >try.cjs <<'JS'
require('reflect-metadata');
const { DataSource } = require('typeorm');
const answer = (promise) => promise.then((rows) => `answers with ${rows.length > 0 ? 'a plan' : 'nothing'}`, (e) => e.message);
(async () => {
  const dataSource = await new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize();
  const query = (sql) => dataSource.query(sql);
  const [{ version }] = await query('SELECT sqlite_version() AS version');
  await query('CREATE TABLE job (a)');
  await query('CREATE TABLE task (b)');
  await query('CREATE TRIGGER gone AFTER UPDATE ON job BEGIN DELETE FROM task; END');
  const kept = ['EXPLAIN UPDATE job SET a = a', 'EXPLAIN QUERY PLAN UPDATE job SET a = a'];
  for (const sql of kept) await query(sql);
  await query('DROP TABLE task');
  console.log(`typeorm 0.3.31, better-sqlite3 12.11.1, SQLite ${version}`);
  for (const sql of kept) {
    console.log(`kept: ${await answer(query(sql))}`);
    console.log(`new:  ${await answer(query(`${sql} -- new`))}`);
  }
  console.log(`the statement itself: ${await answer(query('UPDATE job SET a = a'))}`);
})();
JS
output=$(node try.cjs)
echo "$output"
[[ $(grep -c '^kept: answers with a plan' <<<"$output") == 2 && $(grep -c '^new:  no such table: main.task' <<<"$output") == 2 ]] &&
  grep -q '^the statement itself: no such table: main.task' <<<"$output"
