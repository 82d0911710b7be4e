import { expect } from 'chai';
import { lint } from '../../../src/lint/lint.js';
import { proofChecksum } from '../../../src/migrator/proof-checksum.js';
import type { Revision } from '../../../src/migrator/revision.js';
import { HISTORY, made, type Written } from './linted.js';

const history = made('History1000000000000', { up: HISTORY });

/** Two revisions whose way down leaves a column behind, and what only one database has. */
const GROUP: readonly Written[] = [
  {
    up: ['ALTER TABLE "jobs" ADD COLUMN "depth" integer'],
    down: [],
    sqlite: { up: ['CREATE TABLE "only_here" ("id" integer)'], down: ['DROP TABLE "only_here"'] },
  },
  { up: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "jobs" ("depth")'], down: [], transaction: false },
];

/** Instances that keep a checksum. */
function kept(proof: string, group: readonly Written[], first = 1): readonly Revision[] {
  return group.map((written, index) => {
    const revision = made(`Change${1_000_000_001_000 + first + index}`, written);
    Object.defineProperty(revision.constructor, 'proof', { value: proof });
    return revision;
  });
}

function proofOf(group: readonly Written[]): string {
  return proofChecksum(
    group.map(({ up = [], down = [], sqlite = {}, transaction = true }) => ({
      transaction,
      postgres: { up, down },
      sqlite: { up: [], down: [], ...sqlite },
    })),
  );
}

async function rulesFor(revisions: readonly Revision[]): Promise<readonly string[]> {
  const { findings } = await lint([history, ...revisions], { after: 'History' });
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}

const UNPROVED = ['dialects-differ', 'down-does-not-undo'];
const PROOF = proofOf(GROUP);
const [FIRST, SECOND] = GROUP as [Written, Written];

describe('The proof of a group of revisions', () => {
  it('Lint relies on the proof of a group for the result of the group', async () => {
    expect(await rulesFor(kept('', GROUP))).to.deep.equal(UNPROVED);
    expect(await rulesFor(kept(PROOF, GROUP))).to.deep.equal([]);
  });

  for (const [title, group] of [
    ['of which a way down was edited', [FIRST, { ...SECOND, down: ['DROP INDEX CONCURRENTLY "ix"'] }]],
    [
      'of which a way up was edited',
      [{ ...FIRST, up: ['ALTER TABLE "jobs" ADD COLUMN "depth" bigint'] }, SECOND],
    ],
    [
      'whose statements for SQLite were edited',
      [{ ...FIRST, sqlite: { up: ['CREATE TABLE "x" ("id" integer)'] } }, SECOND],
    ],
    ['of which a revision is missing', [FIRST]],
    ['that got one more', [...GROUP, { up: ['ALTER TABLE "jobs" ADD COLUMN "more" text'] }]],
    ['whose order was changed', [SECOND, FIRST]],
  ] as readonly (readonly [string, readonly Written[]])[])
    it(`Lint ignores the proof of a group ${title}`, async () => {
      expect(await rulesFor(kept(PROOF, group))).to.include('down-does-not-undo');
    });

  it('Lint ignores the proof of a revision that was taken out of its transaction', async () => {
    const group: readonly Written[] = [
      { up: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "jobs" ("note")'], transaction: false },
    ];
    expect(await rulesFor(kept(proofOf(group), group))).to.deep.equal([]);
    const moved = group.map(({ up }) => ({ up: up ?? [] }));
    expect(await rulesFor(kept(proofOf(group), moved))).to.include('down-does-not-undo');
  });

  it('Lint ignores the proofs of two revisions that were proved separately', async () => {
    const [first] = kept(proofOf([FIRST]), [FIRST]) as [Revision];
    const [second] = kept(proofOf([SECOND]), [SECOND], 2) as [Revision];
    expect(await rulesFor([first, second])).to.deep.equal(UNPROVED);
  });

  it('The proof of a group stays valid when an exception is written in front of a statement', async () => {
    const allowed = { ...FIRST, up: [`-- lint-allow down-does-not-undo: so\n${FIRST.up?.[0] ?? ''}`] };
    expect(await rulesFor(kept(PROOF, [allowed, SECOND]))).to.deep.equal(['unused-exception']);
  });

  it('The proof of a group does not silence findings about locks and losses', async () => {
    const group: readonly Written[] = [{ up: ['ALTER TABLE "jobs" DROP COLUMN "note"'] }];
    expect(await rulesFor(kept(proofOf(group), group))).to.deep.equal(['drop-column']);
  });
});
