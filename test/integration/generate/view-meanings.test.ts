import { expect } from 'chai';
import { ViewRefusedError } from '../../../src/errors/views.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

const ITEM = table('item', { weight: { type: 'integer' }, name: { type: 'varchar', nullable: true } });
const NAMED = table('item', { weight: { type: 'text' }, name: { type: 'varchar', nullable: true } });

/** Views whose text has no meaning, and why. */
const MEANINGLESS = [
  [
    'calls a function that does not exist',
    'SELECT nope("id") FROM "item"',
    'function nope(integer) does not exist',
  ],
  [
    'has a wrong operator',
    'SELECT "id" FROM "item" WHERE "name" > 3',
    'operator does not exist: character varying > integer',
  ],
  ['names a type that does not exist', 'SELECT "id"::nope AS "id" FROM "item"', 'type "nope" does not exist'],
  [
    'groups by another column',
    'SELECT "id", count(*) FROM "item" GROUP BY "name"',
    'column "item.id" must appear in the GROUP BY clause',
  ],
] as const;

onDatabase('postgres', 'Views without a meaning, and views over views', (database) => {
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make('postgres');
  });
  afterEach(() => world.remove());

  for (const [what, text, words] of MEANINGLESS)
    it(`A view is refused, with its name and the words of the database, before anything is verified: one that ${what}`, async () => {
      const error: unknown = await world
        .generate([ITEM, view('heavy', text)])
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(ViewRefusedError);
      expect((error as Error).message)
        .to.contain(`heavy: PostgreSQL cannot read its text (${words}`)
        .and.contain('). Change the text of its entity. Nothing was written.');
    });

  it('A view that no entity declares is refused where it has no meaning with the new type of a column', async () => {
    await world.generate([ITEM]);
    world.byHand(['CREATE VIEW by_hand AS SELECT weight + 1 AS more FROM item'], ['DROP VIEW by_hand']);
    const error: unknown = await world
      .generate([NAMED], { allowRewrite: true })
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ViewRefusedError);
    expect((error as Error).message).to.contain(
      'by_hand: PostgreSQL cannot read its text (operator does not exist: text + integer',
    );
  });

  it('A materialized view over views over another one is refreshed after that one', async () => {
    const stored = (name: string, text: string) =>
      materialized(name, text, { columns: ['id'], isIndexed: false });
    const stack = (columns: string) => [
      stored('z_stored', `SELECT ${columns} FROM "item"`),
      view('middle', 'SELECT * FROM "z_stored"', { dependsOn: ['z_stored'] }),
      view('upper', 'SELECT * FROM "middle"', { dependsOn: ['middle'] }),
      stored('a_stored', `SELECT ${columns} FROM "upper"`),
    ];
    const ranked = (nullable: boolean) =>
      table('item', { weight: { type: 'integer' }, rank: { type: 'integer', nullable } });
    await world.generate([ranked(true), ...stack('"id", "rank"')]);
    const entities = [ranked(false), ...stack('"id", "rank"')];
    const { revisions } = await world.generate(entities, { backfills: ['item.rank="weight" * 2'] });
    expect(
      revisions.flatMap(({ postgres }) => postgres.up.flatMap((sql) => /REFRESH .*/.exec(sql) ?? [])),
    ).to.deep.equal(['REFRESH MATERIALIZED VIEW "z_stored"', 'REFRESH MATERIALIZED VIEW "a_stored"']);
    await world.connected(database(), entities, async (dataSource) => {
      await migrateUp(dataSource, { target: world.migrations[0]?.name ?? '' });
      await dataSource.query('INSERT INTO item (id, weight) VALUES (1, 4)');
      await migrateUp(dataSource);
      expect(await dataSource.query('SELECT rank FROM a_stored')).to.deep.equal([{ rank: 8 }]);
    });
  });
});
