import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { GenerateReport } from '../../../src/generate/generate-revisions.js';
import { onDatabase } from '../../support/databases.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

type Entities = readonly (EntitySchema | Function)[];

const name = { type: 'varchar' } as const;
const rank = { type: 'integer', nullable: true } as const;
const ITEM = table('item', { name });
const RANKED = table('item', { name, rank });
const OTHER = table('other', { name });
const RANKED_OTHER = table('other', { name, rank });

const NAMES = materialized('stored', 'SELECT "id", "name" FROM "item"', { columns: ['id', 'name'] });
const RANKS = materialized('stored', 'SELECT "id", "name", "rank" FROM "item"', {
  columns: ['id', 'name', 'rank'],
});
const PLAIN = materialized('stored', 'SELECT "id", "name" FROM "item"', {
  ...{ columns: ['id', 'name'], isIndexed: false },
});
const ALL = (columns: readonly string[]) => materialized('stored', 'SELECT * FROM "item"', { columns });
const ALL_NAMES = ALL(['id', 'name']);
const READER = view('reader', 'SELECT "id" FROM "stored"');

const cases: readonly { readonly title: string; readonly from: Entities; readonly to: Entities }[] = [
  { title: 'a new one beside a new column of its table', from: [ITEM], to: [RANKED, RANKS] },
  { title: 'one that reads the new column', from: [ITEM, NAMES, READER], to: [RANKED, RANKS, READER] },
  {
    title: 'one that selects all columns',
    from: [ITEM, ALL_NAMES],
    to: [RANKED, ALL(['id', 'name', 'rank'])],
  },
  { title: 'one that goes, which only `down` fills', from: [ITEM, OTHER, NAMES], to: [ITEM, RANKED_OTHER] },
  { title: 'one that gets an index', from: [ITEM, PLAIN], to: [RANKED, NAMES] },
];

onDatabase('postgres', 'A materialized view is filled in a revision that locks no table', () => {
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make('postgres');
  });
  afterEach(() => world.remove());

  for (const { title, from, to } of cases)
    it(title, async () => {
      await world.generate(from);
      const { revisions } = await world.generate(to);
      expect(placesOf(revisions, 'up')).to.deep.equal([['table'], ['view']]);
      expect(placesOf(revisions, 'down')).to.deep.equal([['table'], ['view']]);
      expect(await world.missing(to)).to.deep.equal([]);
    });

  it('it is filled once where rows of its table are filled before it', async () => {
    await world.generate([ITEM]);
    const { revisions } = await world.generate([RANKED, RANKS], { backfills: ['item.rank=id'] });
    const up = revisions.flatMap(({ postgres }) => postgres.up);
    expect(up.filter((sql) => /REFRESH|CREATE MATERIALIZED/.test(sql))).to.have.length(1);
  });

  it('a new table and a view of it are one revision', async () => {
    const { revisions } = await world.generate([ITEM, NAMES]);
    expect(revisions).to.have.length(1);
  });

  it('a view without rows of its own stays in the revision of the table', async () => {
    await world.generate([ITEM]);
    const { revisions } = await world.generate([RANKED, view('ranks', 'SELECT "id", "rank" FROM "item"')]);
    expect(revisions).to.have.length(1);
  });
});

/** What the revisions work on, one by one. */
function placesOf(
  revisions: GenerateReport['revisions'],
  way: 'up' | 'down',
): readonly (readonly string[])[] {
  return revisions.map(({ postgres }) => {
    const sql = postgres[way].join('\n');
    const isOf = {
      table: /^ *ALTER TABLE/m,
      view: /^ *(?:CREATE|DROP) (?:MATERIALIZED VIEW|UNIQUE INDEX|INDEX)/m,
    };
    return Object.entries(isOf).flatMap(([place, words]) => (words.test(sql) ? [place] : []));
  });
}
