import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/support/run-script.js';

const TABLES = 39;
/** Columns that a table gets later, each by a revision. */
const COLUMNS = 8;
const FIRST_STAMP = 1_700_000_000_000;
const PACKAGES = ['typeorm', 'reflect-metadata', 'pg'];

/** How many revisions the project has. */
export const HISTORY = TABLES * (1 + COLUMNS);

/** Writes a project of TypeORM's own kind, on PostgreSQL: a DataSource, entities, and a long list of migrations. */
export function writeProject(home: string): void {
  const folder = join(home, 'migrations');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(home, 'node_modules'));
  for (const name of PACKAGES)
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
  writeFileSync(join(home, 'package.json'), '{ "type": "module", "private": true }\n');
  writeFileSync(join(home, 'data-source.js'), DATA_SOURCE);
  for (const [index, { up, down }] of steps().entries())
    writeFileSync(join(folder, `${FIRST_STAMP + index}-Step.js`), migration(index, up, down));
}

interface Step {
  readonly up: string;
  readonly down: string;
}

function steps(): readonly Step[] {
  return Array.from({ length: TABLES }, (_, number) => {
    const table = tableName(number);
    const made = {
      up: `CREATE TABLE "${table}" ("id" bigint NOT NULL, CONSTRAINT "pk_${table}" PRIMARY KEY ("id"))`,
      down: `DROP TABLE "${table}"`,
    };
    const added = Array.from({ length: COLUMNS }, (__, column) => ({
      up: `ALTER TABLE "${table}" ADD "c${column}" character varying(40)`,
      down: `ALTER TABLE "${table}" DROP COLUMN "c${column}"`,
    }));
    return [made, ...added];
  }).flat();
}

function tableName(number: number): string {
  return `t${String(number).padStart(2, '0')}`;
}

function migration(index: number, up: string, down: string): string {
  const method = (name: string, sql: string) =>
    `  async ${name}(queryRunner) { await queryRunner.query(${JSON.stringify(sql)}); }\n`;
  return `export class Step${FIRST_STAMP + index} {\n${method('up', up)}${method('down', down)}}\n`;
}

const DATA_SOURCE = `import 'reflect-metadata';
import { DataSource, EntitySchema } from 'typeorm';
const entities = Array.from({ length: ${TABLES} }, (_, number) => {
  const name = 't' + String(number).padStart(2, '0');
  const columns = { id: { type: 'bigint', primary: true, primaryKeyConstraintName: 'pk_' + name } };
  for (let column = 0; column < ${COLUMNS}; column += 1)
    columns['c' + column] = { type: 'varchar', length: 40, nullable: true };
  return new EntitySchema({ name, tableName: name, columns });
});
export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.PROJECT_URL,
  entities,
  migrations: [import.meta.dirname + '/migrations/*.js'],
  migrationsTransactionMode: 'each',
});
`;
