import { expect } from 'chai';
import fc from 'fast-check';
import { fillTables, type EmptyTable } from '../../../src/generate/verify/fixtures/fill-tables.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';
import { entitiesOf, models, type GeneratedTable } from '../drift/no-false-alarm-arbitraries.js';
import { onScratch } from './verify-scratch.js';

const say = (line: string) => void process.stdout.write(`      ${line}\n`);
const MODELS = 12;

/** Fills generated models, and returns the number of their tables and those that stayed empty. */
async function fillModels(
  database: TestDatabase,
  change: (table: GeneratedTable) => GeneratedTable,
): Promise<{ readonly tables: number; readonly empty: readonly EmptyTable[] }> {
  const empty: EmptyTable[] = [];
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(models(database.dialect), async (model) => {
      const options = { entities: entitiesOf(model.map(change)), dropSchema: true };
      await onScratch(database, options, async ({ queryRunner, schema }) => {
        const filling = await fillTables(queryRunner, schema);
        tables += schema.tables.length;
        empty.push(...filling.empty);
        expect(filling.filled.length + filling.empty.length).to.equal(schema.tables.length);
      });
    }),
    { numRuns: MODELS },
  );
  say(`${tables - empty.length} of ${tables} tables have rows`);
  return { tables, empty };
}

eachDatabase('Filling generated models', (database) => {
  it('The fill gives every table a row, whatever its types, keys, unique keys and foreign keys', async () => {
    const { empty } = await fillModels(database(), (table) => ({ ...table, checks: [] }));
    expect(empty).to.deep.equal([]);
  }).timeout(120_000);

  it('The fill names the check of a table that no row passes; most of these checks contradict each other', async () => {
    const { tables, empty } = await fillModels(database(), (table) => table);
    for (const { reason } of empty) expect(reason).to.match(/check constraint|requires a row of/i);
    expect(empty.length / tables).to.be.below(0.3);
  }).timeout(120_000);
});
