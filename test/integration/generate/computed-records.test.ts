import { expect } from 'chai';
import type { DataSource, EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import type { GenerateOptions } from '../../../src/generate/generate-revisions.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { planRepair } from '../../../src/generate/repair/plan-repair.js';
import { eachDatabase } from '../../support/databases.js';
import { plainDataSource, synchronized } from '../drift/no-false-alarm-database.js';
import { table, ViewWorld } from './view-world.js';

const NUMBER = { type: 'integer', nullable: true } as const;
const times = (factor: number): EntitySchemaColumnOptions => ({
  ...NUMBER,
  asExpression: `"n" * ${factor}`,
  generatedType: 'STORED',
});
const OTHER = table('other', { n: NUMBER });
const TWICE = table('shop', { n: NUMBER, twice: times(2) });

/** Each step of a project, with what it confirms. */
const STEPS: readonly (readonly [
  what: string,
  entities: readonly EntitySchema[],
  words?: Partial<GenerateOptions>,
])[] = [
  ['a table with a computed column', [OTHER, TWICE]],
  ['another expression', [OTHER, table('shop', { n: NUMBER, twice: times(3) })]],
  [
    'another name of the column',
    [OTHER, table('shop', { n: NUMBER, double: times(3) })],
    { renames: ['shop.twice:double'] },
  ],
  [
    'another name of the table',
    [OTHER, table('store', { n: NUMBER, double: times(3) })],
    { renamedTables: ['shop:store'] },
  ],
  [
    'a computed column of a table that is there',
    [table('other', { n: NUMBER, more: times(5) }), table('store', { n: NUMBER, double: times(3) })],
  ],
  ['no computed column', [OTHER, table('store', { n: NUMBER })], { drops: ['store.double', 'other.more'] }],
];

const ofTypeorm = async (dataSource: DataSource) =>
  (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

const recorded = async (dataSource: DataSource) =>
  dataSource.query<readonly Readonly<Record<string, string>>[]>(
    `SELECT "table", "name", "value" FROM "typeorm_metadata" ORDER BY 1, 2`,
  );

eachDatabase('Expressions of computed columns that TypeORM records', (database) => {
  it('TypeORM finds nothing to do after each generated revision of a computed column; the way down restores its rows', async function () {
    this.timeout(120_000);
    const world = await ViewWorld.make(database().dialect);
    try {
      for (const [what, entities, words] of STEPS) {
        await world.generate(entities, { allowRewrite: true, ...words });
        await world.connected(database(), entities, async (dataSource) => {
          const before = what === STEPS[0]?.[0] ? [] : await recorded(dataSource);
          const { last } = { last: (await checkDrift(dataSource)).pending.length };
          await migrateUp(dataSource);
          expect(await ofTypeorm(dataSource), what).to.deep.equal([]);
          const after = await recorded(dataSource);
          await migrateDown(dataSource, { target: `-${last}` });
          expect(await recorded(dataSource), `down of ${what}`).to.deep.equal(before);
          await migrateUp(dataSource);
          expect(await recorded(dataSource), `${what} again`).to.deep.equal(after);
        });
      }
    } finally {
      await world.remove();
    }
  });

  it('The statements that remove drift record a computed column that is missing', async () => {
    const generatedType = database().dialect === 'sqlite' ? 'VIRTUAL' : 'STORED';
    const entities = [table('shop', { n: NUMBER, twice: { ...times(2), generatedType } })];
    await synchronized(database(), { entities: [table('shop', { n: NUMBER })] }, () => Promise.resolve());
    const dataSource = await plainDataSource(database(), { entities }).initialize();
    try {
      const { parts, undecided } = await planRepair(dataSource, undefined);
      const groups = [...parts, ...undecided].flatMap((one) => one.groups);
      for (const { sql } of groups.flatMap(({ statements }) => statements)) await dataSource.query(sql);
      expect(await ofTypeorm(dataSource)).to.deep.equal([]);
      expect(await recorded(dataSource)).to.deep.equal([{ table: 'shop', name: 'twice', value: '"n" * 2' }]);
    } finally {
      await dataSource.destroy();
    }
  });
});
