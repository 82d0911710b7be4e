import { expect } from 'chai';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { compareCatalogs, readRawCatalog } from '../../../src/generate/verify/raw-catalog.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import {
  ANYHOW,
  check,
  computed,
  index,
  job,
  NUMBER,
  REQUIRED,
  STATES,
  TEXT,
  to,
  unique,
  type Case,
} from './case.js';
import { view } from './view-world.js';
import { generateBoth, onRealDatabase, type Entities } from './property/run.js';

const OWN = { id: { type: 'integer', primary: true }, boss: NUMBER } as const;

const CASES: readonly Case[] = [
  ['a required column', job({}), job({ n: REQUIRED }), { backfills: ['job.n=7'] }],
  ['a column that becomes required', job({ n: NUMBER }), job({ n: REQUIRED }), { backfills: ['job.n=7'] }],
  ['a column that becomes nullable', job({ n: REQUIRED }), job({ n: NUMBER })],
  [
    'a required column that goes',
    job({ n: REQUIRED }),
    job({}),
    { drops: ['job.n'], backfills: ['job.n=1'] },
  ],
  ['a foreign key', job(OWN), job(OWN, to('job', 'boss', 'id'))],
  ['an index', job({ n: NUMBER }), job({ n: NUMBER }, index(['n']))],
  ['a unique constraint', job({ n: NUMBER }), job({ n: NUMBER }, unique('n', 'id'))],
  ['a unique constraint that goes', job({ n: NUMBER }, unique('n', 'id')), job({ n: NUMBER })],
  ['a check', job({ n: NUMBER }), job({ n: NUMBER }, check('"n" > 0 OR true'))],
  [
    'a check that changes',
    job({ n: NUMBER }, check('"n" > 1 OR true')),
    job({ n: NUMBER }, check('"n" > 0 OR true')),
  ],
  [
    'another type with an index and a check',
    job({ n: NUMBER }, { ...index(['n']), ...check('"n" > 0 OR true') }),
    job({ n: TEXT }, { ...index(['n']), ...check(`"n" <> 'x' OR true`) }),
    ANYHOW,
  ],
  ['a value that comes', job({ state: STATES }), job({ state: { ...STATES, enum: ['A', 'B', 'C', 'D'] } })],
  [
    'a value that goes',
    job({ state: STATES }, index(['id'], `"state" = 'A'`)),
    job({ state: { ...STATES, enum: ['A', 'C'] } }, index(['id'], `"state" = 'A'`)),
    ANYHOW,
  ],
  [
    'values in another order, and an index with another condition on them',
    job({ state: STATES }, index(['id'], `"state" = 'A'`)),
    job({ state: { ...STATES, enum: [...STATES.enum].reverse() } }, index(['id'], `"state" = 'C'`)),
    ANYHOW,
  ],
  [
    'a computed column of one with another type',
    job({ n: NUMBER, twice: computed('"n" * 2') }, index(['twice'])),
    job({ n: { type: 'bigint', nullable: true }, twice: computed('"n" * 2') }, index(['twice'])),
    ANYHOW,
  ],
  [
    'a unique constraint that becomes an index',
    job({ a: NUMBER }, { uniques: [{ name: 'ix', columns: ['a', 'id'] }] }),
    job({ a: NUMBER }, index(['a', 'id'], undefined, true)),
  ],
  [
    'a text with a default that gets a limit',
    job({ n: { ...TEXT, default: 'none' } }),
    job({ n: { type: 'varchar', length: 40, nullable: true, default: 'none' } }),
    ANYHOW,
  ],
  [
    'a longer text with a check and an index of its own',
    job(
      { n: { type: 'varchar', length: 20, nullable: true } },
      { ...check('length("n") > 0'), ...index(['id'], `"n" <> ''`) },
    ),
    job(
      { n: { type: 'varchar', length: 40, nullable: true } },
      { ...check('length("n") > 0'), ...index(['id'], `"n" <> ''`) },
    ),
  ],
];

/** What changes together: both ends of a foreign key, and a type with what is computed from it or names a value. */
const TOGETHER: readonly Case[] = [
  [
    'a value that goes while another comes, and an index and a default that named it',
    job({ state: STATES }, index(['id'], `"state" = 'A'`)),
    job({ state: { ...STATES, default: 'B', enum: ['X', 'B', 'C'] } }, index(['id'], `"state" = 'X'`)),
    ANYHOW,
  ],
  [
    'values in another order, and a computed column with another expression on them',
    job({ state: STATES, known: computed(`CASE WHEN "state" = 'A' THEN 1 END`) }, index(['known'])),
    job(
      {
        state: { ...STATES, enum: ['C', 'B', 'A'] },
        known: computed(`CASE WHEN "state" = 'B' THEN 1 END`),
      },
      index(['known']),
    ),
    ANYHOW,
  ],
  [
    'another name of a column, and another type of one beside it, which a view reads both',
    [...job({ a: TEXT, n: NUMBER }), view('shown', 'SELECT "id" FROM "job" WHERE "a" IS NULL OR "n" > 1')],
    [
      ...job({ b: TEXT, n: { type: 'bigint', nullable: true } }),
      view('shown', 'SELECT "id" FROM "job" WHERE "b" IS NULL OR "n" > 1'),
    ],
    { renames: ['job.a:b'], ...ANYHOW },
  ],
  [
    'another type at both ends of a foreign key',
    job(
      { id: { type: 'uuid', primary: true }, boss: { type: 'uuid', nullable: true } },
      to('job', 'boss', 'id'),
    ),
    job({ id: { type: 'text', primary: true }, boss: TEXT }, to('job', 'boss', 'id')),
    ANYHOW,
  ],
  [
    'a value that comes, under a computed column with an index',
    job({ state: STATES, known: computed(`CASE WHEN "state" = 'A' THEN 1 END`) }, index(['known'])),
    job(
      {
        state: { ...STATES, enum: ['A', 'B', 'C', 'D'] },
        known: computed(`CASE WHEN "state" = 'A' THEN 1 END`),
      },
      index(['known']),
    ),
    ANYHOW,
  ],
];

/** Reverts the newest revision and runs it again, then the newest two, and so on. Gives what is different then. */
async function walk(before: Entities, after: Entities, words: Case[3]): Promise<readonly string[]> {
  const pair = { before, after, words: { ...NO_CONFIRMATIONS, ...words } };
  const { first, next } = await generateBoth({ ...pair, dialects: ['postgres'] });
  const history = { entities: after, migrations: [...first, ...next] };
  return onRealDatabase('postgres', history, async (dataSource) => {
    const runner = dataSource.createQueryRunner();
    const problems: string[] = [];
    try {
      await migrateUp(dataSource);
      const head = await readRawCatalog(runner);
      for (const count of next.keys()) {
        await migrateDown(dataSource, { target: `-${count + 1}` });
        await migrateUp(dataSource);
        const differences = compareCatalogs(head, await readRawCatalog(runner));
        problems.push(...differences.map((difference) => `-${count + 1}: ${difference}`));
      }
      return problems;
    } finally {
      await runner.release();
    }
  });
}

describe('Each revision of a generated group', function () {
  this.timeout(120_000);

  for (const [what, before, after, words] of [...CASES, ...TOGETHER])
    it(`Each revision of a generated group can be reverted alone and run again: ${what}`, async () => {
      expect(await walk(before, after, words)).to.deep.equal([]);
    });
});
