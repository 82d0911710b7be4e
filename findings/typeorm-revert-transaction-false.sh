#!/usr/bin/env bash
# TypeORM: a migration class with `transaction = false` runs outside a transaction on the way up, with the option
# `transaction: 'each'`. On the way down, undoLastMigration() does not look at it and begins a transaction all the same. So
# what has to be outside, such as VACUUM here or CREATE INDEX CONCURRENTLY on PostgreSQL, cannot be reverted, unless the
# whole command is told `none`.
#
# Installs pinned packages in a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --no-audit --no-fund --silent sql.js@1.13.0 typeorm@0.3.31 reflect-metadata@0.2.2

cat > run.js <<'JS'
import 'reflect-metadata';
import { DataSource } from 'typeorm';

class Compact1800000000001 {
  transaction = false;
  up(queryRunner) { return queryRunner.query('VACUUM'); }
  down(queryRunner) { return queryRunner.query('VACUUM'); }
}
const dataSource = await new DataSource({ type: 'sqljs', migrations: [Compact1800000000001] }).initialize();
const outcome = (work) => work.then(() => 'done', ({ message }) => message);
let unexpected = 0;
const expect = (what, seen, wanted) => {
  console.log(`${what}: ${seen}`);
  if (seen !== wanted) { console.log(`  expected ${wanted}`); unexpected += 1; }
};
expect('up, each', await outcome(dataSource.runMigrations({ transaction: 'each' })), 'done');
expect(
  'down, each',
  await outcome(dataSource.undoLastMigration({ transaction: 'each' })),
  'cannot VACUUM from within a transaction',
);
expect('down, none', await outcome(dataSource.undoLastMigration({ transaction: 'none' })), 'done');
process.exit(unexpected === 0 ? 0 : 1);
JS
echo "typeorm 0.3.31, sql.js 1.13.0"
node run.js
