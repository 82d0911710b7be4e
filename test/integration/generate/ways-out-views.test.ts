import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../support/databases.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

const ITEM = (type: 'integer' | 'bigint') => table('item', { weight: { type } });
const HEAVY = view('heavy', 'SELECT "id" FROM "item" WHERE "weight" > 9');
const STORED = (columns: readonly string[]) =>
  materialized('stored', `SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM "item"`, { columns });

const FUNCTION = 'CREATE FUNCTION first_heavy(heavy) RETURNS integer LANGUAGE sql AS $$ SELECT ($1).id $$';

onDatabase('postgres', 'The way out of a refusal about what hangs on a view (PostgreSQL)', () => {
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make('postgres');
  });
  afterEach(() => world.remove());

  const refusalOf = (work: Promise<unknown>) =>
    work.then(
      () => expect.fail('it is not refused'),
      (error: unknown) => error as Error,
    );

  it('A function that depends on a view is dropped by hand first, and created again by hand', async () => {
    const to = [ITEM('bigint'), HEAVY];
    const options = { allowRewrite: ['item.weight'] };
    await world.generate([ITEM('integer'), HEAVY]);
    world.byHand([FUNCTION], ['DROP FUNCTION first_heavy']);
    expect((await refusalOf(world.generate(to, options))).message).to.contain(
      'Drop that first and create it again afterwards, in revisions written by hand.',
    );
    world.byHand(['DROP FUNCTION first_heavy'], [FUNCTION]);
    expect((await world.generate(to, options)).revisions).to.have.length(1);
    world.byHand([FUNCTION], ['DROP FUNCTION first_heavy']);
    expect(await world.missing(to)).to.deep.equal([]);
  });

  it('An index that no entity declares, over a column that leaves a materialized view, is dropped by hand first', async () => {
    const to = [ITEM('integer'), STORED(['id'])] as (EntitySchema | Function)[];
    await world.generate([ITEM('integer'), STORED(['id', 'weight'])]);
    world.byHand(['CREATE INDEX by_hand ON stored (id, abs(weight))'], ['DROP INDEX by_hand']);
    const refused = await refusalOf(world.generate(to));
    expect(refused.message).to.equal(
      'stored: the index by_hand, which no entity declares, uses the column weight, which the view no longer has. Drop the index first, in a revision written by hand. Nothing was written.',
    );
    world.byHand(['DROP INDEX by_hand'], ['CREATE INDEX by_hand ON stored (weight)']);
    expect((await world.generate(to)).revisions).to.have.length(1);
    expect(await world.missing(to)).to.deep.equal([]);
  });
});
