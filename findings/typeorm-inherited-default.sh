#!/usr/bin/env bash
# TypeORM: a class inherits a column from another entity and declares another default for it. The first DataSource of a
# process creates both tables as declared. It also writes the default of the child into the decorators of the parent, so the
# second DataSource of the same process gives the parent the default of the child: in a test that connects twice, or where
# an application and a tool read the same classes. The database drifts although nothing in the code has changed.
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
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';

class Person {}
PrimaryColumn({ type: 'integer' })(Person.prototype, 'id');
Column({ type: 'varchar', default: 'PERSON' })(Person.prototype, 'kind');
Entity('person')(Person);
class Pet extends Person {}
Column({ type: 'varchar', default: 'PET' })(Pet.prototype, 'kind');
Entity('pet')(Pet);

async function defaults() {
  const dataSource = await new DataSource({ type: 'sqljs', entities: [Person, Pet], synchronize: true }).initialize();
  const found = [];
  for (const table of ['person', 'pet']) {
    const [, kind] = await dataSource.query(`PRAGMA table_info(${table})`);
    found.push(`${table} ${kind.dflt_value}`);
  }
  await dataSource.destroy();
  return found.join(', ');
}
let unexpected = 0;
const expect = (what, seen, wanted) => {
  console.log(`${what}: ${seen}`);
  if (seen !== wanted) { console.log(`  expected ${wanted}`); unexpected += 1; }
};
expect('first DataSource', await defaults(), "person 'PERSON', pet 'PET'");
expect('second DataSource', await defaults(), "person 'PET', pet 'PET'");
process.exit(unexpected === 0 ? 0 : 1);
JS
echo "typeorm 0.3.31, sql.js 1.13.0"
node run.js
