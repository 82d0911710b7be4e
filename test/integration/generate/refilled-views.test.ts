import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../support/databases.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

const ITEM = (length: number) =>
  table('item', { name: { type: 'varchar', length }, kind: { type: 'varchar', nullable: true } });
const WITHOUT_KIND = table('item', { name: { type: 'varchar', length: 50 } });
const STORED = materialized('stored', 'SELECT "id", "name" FROM "named"', { columns: ['id', 'name'] });
const NAMED = view('named', 'SELECT "id", "name" FROM "item"');
const KINDS = materialized('stored', 'SELECT "id", "kind" FROM "item"', { columns: ['id', 'kind'] });
const IDS = materialized('stored', 'SELECT "id" FROM "item"', { columns: ['id'] });

const problem = (words: string) =>
  `${words}: PostgreSQL creates the materialized view stored again in the same transaction, and blocks reads and writes of the table until the query of the view has ended`;

const cases: readonly {
  readonly title: string;
  readonly from: readonly (EntitySchema | Function)[];
  readonly to: readonly (EntitySchema | Function)[];
  readonly place: string;
  readonly words: string;
  readonly drops?: readonly string[];
}[] = [
  {
    title: 'a wider type under a view that the materialized view reads',
    from: [ITEM(50), NAMED, STORED],
    to: [ITEM(100), NAMED, STORED],
    place: 'item.name',
    words: 'type character varying(50) becomes character varying(100)',
  },
  {
    title: 'a column that is dropped under it',
    from: [ITEM(50), KINDS],
    to: [WITHOUT_KIND, IDS],
    place: 'item.kind',
    words: 'the column is dropped',
    drops: ['item.kind'],
  },
];

onDatabase(
  'postgres',
  'A materialized view that is filled while the table is locked requires --allow-rewrite',
  () => {
    let world: ViewWorld;
    beforeEach(async () => {
      world = await ViewWorld.make('postgres');
    });
    afterEach(() => world.remove());

    for (const { title, from, to, place, words, drops = [] } of cases)
      it(title, async () => {
        await world.generate(from);
        const refused = await world.generate(to, { drops }).then(
          () => undefined,
          (error: unknown) => error as Error,
        );
        expect(refused?.message).to.contain(`${place}: ${problem(words)}`);
        expect(refused?.message).to.contain('--allow-rewrite');
        const { revisions } = await world.generate(to, { drops, allowRewrite: [place] });
        expect(revisions).to.have.length(1);
      });

    it('a column that no materialized view reads requires nothing', async () => {
      await world.generate([ITEM(50), KINDS]);
      const { revisions } = await world.generate([ITEM(100), KINDS]);
      expect(revisions).to.have.length(1);
    });
  },
);
