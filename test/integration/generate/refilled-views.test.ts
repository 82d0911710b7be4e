import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { GenerateReport } from '../../../src/generate/generate-revisions.js';
import { lint } from '../../../src/lint/lint.js';
import { isAnswered } from '../../../src/lint/verified-revisions.js';
import { onDatabase } from '../../support/databases.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

const ITEM = (length: number) =>
  table('item', { name: { type: 'varchar', length }, kind: { type: 'varchar', nullable: true } });
const WITHOUT_KIND = table('item', { name: { type: 'varchar', length: 50 } });
const STORED = materialized('stored', 'SELECT "id", "name" FROM "named"', { columns: ['id', 'name'] });
const NAMED = view('named', 'SELECT "id", "name" FROM "item"');
const KINDS = materialized('stored', 'SELECT "id", "kind" FROM "item"', { columns: ['id', 'kind'] });
const IDS = materialized('stored', 'SELECT "id" FROM "item"', { columns: ['id'] });

const OTHER = (length: number) => table('other', { code: { type: 'varchar', length } });
const WIDE_OTHER = table('other', {
  code: { type: 'varchar', length: 50 },
  note: { type: 'varchar', nullable: true },
  rank: { type: 'integer', nullable: true },
});
const NAMES = materialized('stored', 'SELECT "id", "name" FROM "item"', { columns: ['id', 'name'] });

const COMPUTED = (length: number) =>
  table('item', {
    name: { type: 'varchar', length },
    shown: { type: 'varchar', asExpression: '"name"', generatedType: 'STORED' },
  });
const SHOWN = materialized('stored', 'SELECT "id", "shown" FROM "item"', { columns: ['id', 'shown'] });
const MOOD = (values: readonly string[]) => table('item', { mood: { type: 'enum', enum: [...values] } });
const MOODS = materialized('stored', 'SELECT "id", "mood" FROM "item"', { columns: ['id', 'mood'] });

const BY_HAND = 'MATERIALIZED VIEW "stored"';

const problem = (words: string, rebuilds = '') =>
  `${words}: PostgreSQL ${rebuilds}creates the materialized view stored again in the same transaction, and blocks reads and writes of the table until the query of the view has ended`;

const cases: readonly {
  readonly title: string;
  readonly from: readonly (EntitySchema | Function)[];
  readonly to: readonly (EntitySchema | Function)[];
  readonly place: string;
  readonly words: string;
  /** What PostgreSQL builds again besides. */
  readonly rebuilds?: string;
  readonly drops?: readonly string[];
  /** Other places that are confirmed. */
  readonly others?: readonly string[];
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
  {
    title: 'a wider type of another table than that whose change fills it',
    from: [OTHER(50), ITEM(100), NAMES],
    to: [OTHER(100), ITEM(50), NAMES],
    place: 'other.code',
    words: 'type character varying(50) becomes character varying(100)',
    others: ['item.name'],
  },
  {
    title: 'a wider type of a column from which the one in the view is computed',
    from: [COMPUTED(50), SHOWN],
    to: [COMPUTED(100), SHOWN],
    place: 'item.name',
    words: 'type character varying(50) becomes character varying(100)',
    rebuilds: 'rebuilds the computed column shown, and ',
  },
  {
    title: 'an enumerated type that loses a value',
    from: [MOOD(['calm', 'glad', 'sad']), MOODS],
    to: [MOOD(['calm', 'glad']), MOODS],
    place: 'item',
    words: 'the revision changes the table',
    others: ['item_mood_enum'],
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

    for (const { title, from, to, place, words, rebuilds, drops = [], others = [] } of cases)
      it(title, async () => {
        await world.generate(from);
        const refused = await world.generate(to, { drops, allowRewrite: others }).then(
          () => undefined,
          (error: unknown) => error as Error,
        );
        expect(refused?.message).to.contain(`${place}: ${problem(words, rebuilds)}`);
        expect(refused?.message).to.contain('--allow-rewrite');
        const { revisions } = await world.generate(to, { drops, allowRewrite: [place, ...others] });
        expect(revisions).to.have.length(1);
        expect(await findings(world)).to.deep.equal([]);
      });

    it('so is a further table that the same transaction locks, once', async () => {
      const others = ['item.name'];
      await world.generate([OTHER(50), ITEM(100), NAMES]);
      const to = [WIDE_OTHER, ITEM(50), NAMES];
      const refused = await refusalOf(world.generate(to, { allowRewrite: others }));
      const asked = `other: ${problem('the revision changes the table')}. Option: --allow-rewrite.`;
      expect(refused.split(asked)).to.have.length(2);
      const { revisions } = await world.generate(to, { allowRewrite: [...others, 'other'] });
      expect(revisions).to.have.length(1);
    });

    it('the way down of a type that became narrower fills one that is gone, and says so', async () => {
      await world.generate([ITEM(100), NAMED, STORED]);
      const { revisions } = await world.generate([ITEM(50)], { allowRewrite: ['item.name'] });
      expect(downsOf(revisions)).to.match(
        /-- lint-allow change-type-rebuild: `down` fills a materialized view again\n *ALTER TABLE "item"/,
      );
      expect(await findings(world)).to.deep.equal([]);
    });

    it('a view without a unique index is filled at the end while it is locked, and the file says why', async () => {
      const ranked = (nullable: boolean) => table('item', { rank: { type: 'integer', nullable } });
      const text = 'SELECT "id", "rank" FROM "item"';
      const plain = materialized('stored', text, { columns: ['id', 'rank'], isIndexed: false });
      await world.generate([ranked(true), plain]);
      const { revisions } = await world.generate([ranked(false), plain], { backfills: ['item.rank=1'] });
      expect(revisions.at(-1)?.postgres.up).to.deep.equal([
        '-- lint-allow rewrite-table: CONCURRENTLY requires a unique index, and the view has none\n        REFRESH MATERIALIZED VIEW "stored"',
      ]);
      expect(await findings(world)).to.deep.equal([]);
    });

    it('a view that only gets an index is not filled, and asks nothing', async () => {
      const plain = materialized('stored', 'SELECT "id", "name" FROM "item"', {
        ...{ columns: ['id', 'name'], isIndexed: false },
      });
      await world.generate([OTHER(50), ITEM(50), plain]);
      const { revisions } = await world.generate([OTHER(100), ITEM(50), NAMES]);
      expect(revisions.flatMap(({ postgres }) => postgres.up).join()).not.to.contain('REFRESH');
    });

    it('a view whose record alone is written again is not filled, and asks nothing', async () => {
      await world.generate([OTHER(50), ITEM(50), NAMES]);
      world.byHand(['DELETE FROM "typeorm_metadata"'], []);
      const { revisions } = await world.generate([OTHER(100), ITEM(50), NAMES]);
      expect(revisions).to.have.length(1);
      const up = revisions.flatMap(({ postgres }) => postgres.up).join();
      expect(up).to.contain('typeorm_metadata').and.not.to.contain('MATERIALIZED VIEW "stored" AS');
    });

    it('a type that changes under a view without rows of its own is allowed nothing', async () => {
      await world.generate([ITEM(50), NAMED]);
      const { revisions } = await world.generate([ITEM(100), NAMED]);
      expect(revisions).to.have.length(1);
      expect(await findings(world)).to.deep.equal([]);
    });

    it('a wider type of another table than that under a view written by hand is asked about', async () => {
      const options = { allowRewrite: ['item.name'] };
      await world.generate([OTHER(50), ITEM(100)]);
      world.byHand([`CREATE ${BY_HAND} AS SELECT "id", "name" FROM "item"`], [`DROP ${BY_HAND}`]);
      const refused = await world.generate([OTHER(100), ITEM(50)], options).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      expect(refused?.message).to.contain(
        `other.code: ${problem('type character varying(50) becomes character varying(100)')}`,
      );
    });

    it('a column that no materialized view reads requires nothing', async () => {
      await world.generate([ITEM(50), KINDS]);
      const { revisions } = await world.generate([ITEM(100), KINDS]);
      expect(revisions).to.have.length(1);
    });
  },
);

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure as Error,
  );
  return error?.message ?? 'it was not refused';
}

/** What lint reports in the history, besides what a verification answers. */
async function findings({ migrations }: ViewWorld): Promise<readonly string[]> {
  const found = await lint(migrations.map((Migration) => new Migration()));
  const open = found.findings.filter(({ rule }) => !isAnswered(rule));
  return open.map(({ rule, direction, message }) => `${direction} ${rule}: ${message}`);
}

function downsOf(revisions: GenerateReport['revisions']): string {
  return revisions.flatMap(({ postgres }) => postgres.down).join('\n');
}
