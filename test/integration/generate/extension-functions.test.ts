import { expect } from 'chai';
import { onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { ANYHOW, computed, TEXT } from './case.js';
import { History, statementsIn } from './history.js';
import { view } from './view-world.js';

const thing = (columns: Columns = {}, rest: Rest = {}) => [entity('thing', { name: TEXT, ...columns }, rest)];
const TAGS: Columns = { tags: { type: 'hstore', nullable: true } };
const AT: Columns = { at: { type: 'cube', nullable: true } };

const CASES: readonly (readonly [what: string, after: ReturnType<typeof thing>, words?: object])[] = [
  ['a default', thing({ tags: { type: 'hstore', default: () => `hstore('a', 'b')` } })],
  [
    'a default of a column that existing rows need',
    thing({ path: { type: 'ltree', default: () => `text2ltree('a.b')` } }),
  ],
  ['a check of a new column', thing(TAGS, { checks: [{ name: 'ck', expression: `exist(tags, 'a')` }] })],
  ['a check with an operator', thing(TAGS, { checks: [{ name: 'ck', expression: `tags ? 'a'` }] })],
  [
    'a check whose function is of a type that another column has',
    thing(
      { path: { type: 'ltree', nullable: true } },
      { checks: [{ name: 'ck', expression: `nlevel(text2ltree(name)) < 9` }] },
    ),
  ],
  ['a computed column', thing({ ...TAGS, first: { ...computed(`tags -> 'a'`, 'text') } }), ANYHOW],
  [
    'a condition of an index',
    thing(TAGS, { indices: [{ name: 'ix', columns: ['name'], where: `exist(tags, 'a')` }] }),
  ],
  ['a backfill', thing({ tags: { type: 'hstore' } }), { backfills: [`thing.tags=hstore('a', name)`] }],
  [
    'a conversion',
    thing({ name: { type: 'hstore', nullable: true } }),
    { ...ANYHOW, usings: [`thing.name=hstore('a', name)`], usingsDown: [`thing.name=name -> 'a'`] },
  ],
  ['a view', [...thing(TAGS), view('tagged', `SELECT "id", tags -> 'a' AS first FROM "thing"`)]],
  [
    'an exclusion',
    thing(AT, { exclusions: [{ name: 'ex', expression: `USING gist (cube_enlarge(at, 1, 1) WITH &&)` }] }),
    ANYHOW,
  ],
  ['a volatile default', thing({ token: { type: 'uuid', default: () => 'uuid_generate_v4()' } })],
  [
    'a check of uuid-ossp',
    thing(
      { token: { type: 'uuid', nullable: true } },
      { checks: [{ name: 'ck', expression: `token <> uuid_nil()` }] },
    ),
  ],
  ['nothing beside', thing(TAGS)],
];

onDatabase('postgres', 'A function of an extension that the same change creates (PostgreSQL)', (database) => {
  for (const [what, after, words] of CASES)
    it(`The function is there in time, and the revision is in sync: ${what}`, () =>
      History.lend('postgres', async (history) => {
        await history.generate(thing());
        const report = await history.generate(after, words);
        expect(statementsIn(report, 'postgres')).to.contain('CREATE EXTENSION');
        expect(report.warnings).to.deep.equal([]);
        expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
        expect((await history.generate(after)).revisions).to.deep.equal([]);
        await history.reverted(database());
      }));

  it('A function of an extension that no column needs is refused by name, and a revision by hand is a way out', () =>
    History.lend('postgres', async (history) => {
      const after = thing({}, { checks: [{ name: 'ck', expression: `digest(name, 'md5') <> ''` }] });
      await history.generate(thing());
      const refused = await history.generate(after).catch((error: unknown) => error as Error);
      expect((refused as Error).message).to.contain(
        'Correct it in the entity. If an extension has this function, create the extension in a revision of your own first: npm run -s db -- create Name',
      );
      history.byHand(['CREATE EXTENSION pgcrypto'], ['DROP EXTENSION pgcrypto']);
      await history.generate(after);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
    }));
});
