#!/usr/bin/env bash
# SQLite: pragma_table_list('name') looks through all tables of all attached files for each name, though a name has one table
# at most. Joined to sqlite_schema, to learn which tables are STRICT, WITHOUT ROWID or shadow tables, its time grows with the
# square of their number. The same list without a name, read once, grows with the number. pragma_table_xinfo, which looks
# alike, finds its table by name.
#
# Installs a pinned package in a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --no-audit --no-fund --silent sql.js@1.13.0

cat > run.js <<'JS'
import init from 'sql.js';

const { Database } = await init();
const EACH = 'SELECT count(*) FROM sqlite_schema m JOIN pragma_table_list(m.name) l WHERE l.strict = 0';
const ONCE = 'SELECT count(*) FROM sqlite_schema m JOIN pragma_table_list l ON l.name = m.name WHERE l.strict = 0';
const OF_COLUMNS = 'SELECT count(*) FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c';

function milliseconds(tables, sql) {
  const database = new Database();
  for (let n = 0; n < tables; n += 1) database.run(`CREATE TABLE t${n} (a, b, c)`);
  database.exec('SELECT count(*) FROM sqlite_schema');
  const runs = [1, 2, 3].map(() => {
    const started = performance.now();
    database.exec(sql);
    return performance.now() - started;
  });
  database.close();
  return Math.min(...runs);
}
console.log(`SQLite ${new Database().exec('SELECT sqlite_version()')[0].values[0][0]}`);
let unexpected = 0;
for (const [title, sql, isExpected] of [
  ['a list for each name', EACH, (ratio) => ratio > 30],
  ['one list', ONCE, (ratio) => ratio < 30],
  ['columns of each name', OF_COLUMNS, (ratio) => ratio < 30],
]) {
  const [few, many] = [500, 5000].map((tables) => milliseconds(tables, sql));
  const ratio = many / few;
  console.log(`${title}: ${few.toFixed(1)} ms for 500 tables, ${many.toFixed(1)} ms for 5,000: ${ratio.toFixed(0)} times`);
  if (!isExpected(ratio)) unexpected += 1;
}
process.exit(unexpected === 0 ? 0 : 1);
JS
echo "sql.js 1.13.0"
node run.js
