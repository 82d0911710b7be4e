import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { fillTables } from '../../../src/generate/verify/fixtures/fill-tables.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { entity, plainDataSource } from '../drift/no-false-alarm-database.js';
import { ARRAYS, NEUTRAL_TYPES, POSTGRES_TYPES, SQLITE_TYPES } from '../drift/no-false-alarm-types.js';
import { onScratch } from './verify-scratch.js';

const say = (line: string) => void process.stdout.write(`      ${line}\n`);

/** One table a type, each with a column that must have a value and one that need not. */
async function filledTypes(
  database: TestDatabase,
  types: readonly EntitySchemaColumnOptions[],
): Promise<readonly string[]> {
  const named = types.map((type, index) => ({ type, name: `t${String(index).padStart(3, '0')}` }));
  const entities = named.map(({ type, name }) =>
    entity(name, { id: { type: 'integer', primary: true }, must: type, may: { ...type, nullable: true } }),
  );
  return onScratch(database, { entities }, async ({ queryRunner, schema }) => {
    const { empty } = await fillTables(queryRunner, schema);
    const problems = empty.map(({ table, reason }) => `${table}: ${reason}`);
    for (const { name, type } of named) {
      const [row] = (await queryRunner.query(
        `SELECT count(*) AS n, count("must") AS must, count("may") AS may FROM "${name}"`,
      )) as Record<string, unknown>[];
      const { n, must, may } = row ?? {};
      if ([n, must, may].map(Number).join() !== '4,4,3')
        problems.push(
          `${JSON.stringify(type)}: ${String(n)} rows, ${String(must)} and ${String(may)} values`,
        );
    }
    say(`${types.length - problems.length} of ${types.length} column types have rows`);
    return problems;
  });
}

describe('Rows for every column type', () => {
  onDatabase('postgres', 'of PostgreSQL', (database) => {
    it('The fill creates each value of every PostgreSQL type, and NULL where it is allowed', async () => {
      const types = [...POSTGRES_TYPES, ...ARRAYS];
      expect(await filledTypes(database(), types)).to.deep.equal([]);
    });
  });
  onDatabase('sqlite', 'of SQLite', (database) => {
    it('The fill creates each value of every SQLite type, and NULL where it is allowed', async () => {
      const { supportedDataTypes } = plainDataSource(database(), {}).driver;
      const types = SQLITE_TYPES.filter(({ type }) => supportedDataTypes.includes(type as 'int'));
      expect(await filledTypes(database(), types)).to.deep.equal([]);
    });
  });
  eachDatabase('of TypeORM itself', (database) => {
    it('The fill creates each value of every TypeORM type, and NULL where it is allowed', async () => {
      expect(await filledTypes(database(), NEUTRAL_TYPES)).to.deep.equal([]);
    });
  });
});
