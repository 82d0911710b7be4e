import { AssertionError, expect } from 'chai';
import type { DialectName } from '../../../../src/databases/registry.js';
import { repetitions, share } from '../../../support/repetitions.js';
import { entitiesOf } from '../property/entities.js';
import { preservedIn, type Drawn } from '../property/pairs.js';
import { classesOf, type Pair } from '../property/run.js';
import { verify } from '../property/verify.js';
import { wordsFor } from '../property/words.js';
import { modelsOf, phasedPairs, repeatingPhased } from './property/phased-pairs.js';
import { generatePhased, type PhasedHistory } from './property/phased-run.js';
import { readingNumbers, suitsSqlite, TYPE_EDITS } from './property/retypings.js';
import type { Counted, Models } from './property/turns.js';
import { verifyPhased } from './property/verify-phased.js';

/** Pairs that have phases. */
const PAIRS = { quick: 15, ci: 16, full: 60 };
/** Of those that are drawn, some are refused. */
const DRAWN = 4;
const AT_ONCE = 2;

/** A pair that failed, as its message prints it. */
const ONLY = process.env['PAIR'];

const EXPECTED = [
  'insert by the release before',
  'insert by the release after',
  'update by the release before',
  'update by the release after',
  'upsert by the release before',
  'upsert by the release after',
  'read',
  'delete',
];

describe('Two releases of any two models', () => {
  it(`Two releases of any two models use the database at once between expand and contract (${share(PAIRS)})`, async function () {
    this.timeout(2_400_000);
    const count = repetitions(PAIRS);
    const drawn = ONLY === undefined ? phasedPairs(count * DRAWN) : [JSON.parse(ONLY) as Drawn];
    const [failed, refused, counted] = [[] as string[], [] as string[], new Map() as Counted];
    let done = 0;
    const left = [...drawn];
    const work = async () => {
      for (let next = left.shift(); next && done < count; next = left.shift()) {
        try {
          done += 1;
          const problems = await runPhased(next, counted);
          if (problems === undefined) continue;
          done -= 1;
          refused.push(...problems);
        } catch (error) {
          failed.push(`${wordsOf(error)}\n${repeatingPhased(next)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    process.stdout.write(`      ${[...counted].map(([what, times]) => `${what}: ${times}`).join(', ')}\n`);
    if (process.env['REFUSED']) process.stdout.write(`${refused.join('\n')}\n`);
    // An assertion would be cut off.
    if (failed.length > 0) throw new Error(failed.join('\n\n'));
    if (ONLY !== undefined) return;
    expect(done).to.equal(count);
    expect([...counted.keys()]).to.have.members(EXPECTED);
  });
});

/** Why there are no phases; undefined where all went well. */
async function runPhased(drawn: Drawn, counted: Counted): Promise<readonly string[] | undefined> {
  const models = modelsOf(drawn);
  const pair = {
    before: readingNumbers(entitiesOf(models.before)),
    after: readingNumbers(entitiesOf(models.after)),
    words: wordsFor(models),
  };
  try {
    // Every fourth one also on SQLite, where the same group has all its work in one revision.
    const isOnBoth = drawn.seed % 4 === 0 && [models.before, models.after].every(suitsSqlite);
    const dialects: readonly DialectName[] = isOnBoth ? ['postgres', 'sqlite'] : ['postgres'];
    const allowRewrite = !drawn.edits.some(({ kind }) => TYPE_EDITS.includes(kind));
    const history = await generatePhased({ ...pair, dialects, allowRewrite });
    const whole = history.phased.warnings.filter((one) => one.startsWith('in one step'));
    if (whole.length > 0) return whole;
    await verifyPhased({ models, pair, history, counted });
    if (dialects.length > 1) await verifyOnSqlite(history, { ...pair, dialects }, models);
    return undefined;
  } catch (error) {
    const problems = problemsIn(error as Refusal);
    if (problems === undefined) throw error;
    return problems;
  }
}

type Refusal = Error & {
  readonly code?: string;
  readonly problems?: readonly string[];
  readonly lines?: readonly string[];
};

/**
 * Of a refusal, and of a rewrite that would have to be allowed. The planner may be loaded as another module than that of
 * this file, so the class says nothing.
 */
function problemsIn({ code, problems, lines = [] }: Refusal): readonly string[] | undefined {
  if (code === 'PHASES_REFUSED') return problems;
  const rewrites = lines.slice(1);
  const isRewrite = rewrites.every((line) => line.includes('--allow-rewrite'));
  return code === 'CHANGES_UNCONFIRMED' && isRewrite ? rewrites : undefined;
}

function verifyOnSqlite(
  { first, phased }: PhasedHistory,
  pair: Pair,
  { before, after }: Models,
): Promise<void> {
  const history = { first, next: classesOf(phased), generated: phased };
  return verify('sqlite', { pair, history, preserved: preservedIn(before, after), attached: [] });
}

/** With what is different, which an assertion has apart from its message. */
function wordsOf(error: unknown): string {
  if (!(error instanceof AssertionError)) return error instanceof Error ? error.message : String(error);
  const { actual, expected } = error as { readonly actual?: unknown; readonly expected?: unknown };
  return `${error.message}: ${JSON.stringify(actual)} in place of ${JSON.stringify(expected)}`;
}
