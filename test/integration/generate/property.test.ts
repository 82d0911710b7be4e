import { AssertionError, expect } from 'chai';
import { repetitions, share } from '../../support/repetitions.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { Counts } from './property/counts.js';
import { pairs, repeating, runDrawn, runPair, type Changes, type Drawn } from './property/pairs.js';
import { POSTGRES_PAIRS } from './property/postgres-pairs.js';

/** Pairs of models; in the fewest, each kind of edit is the first of one pair. */
const PAIRS = { quick: 66, ci: 75, full: 300 };
/** How many run at once: the machine has few cores, and each pair waits for the server now and then. */
const AT_ONCE = 2;

/** Of so many, one is generated with and without a history that is kept. */
const REPEATED = { quick: 11, ci: 3, full: 1 };

/** A pair that failed, as its message prints it. */
const ONLY = process.env['PAIR'];

const say = (line: string) => void process.stdout.write(`    ${line}\n`);

type Run = readonly [what: string, run: () => Promise<Changes>];

describe('Generated revisions of any two models', () => {
  const counts = new Counts();

  it(`Generated revisions of any two models keep the laws on both databases (${share(PAIRS)})`, async function () {
    this.timeout(2_400_000);
    const drawn = ONLY === undefined ? pairs(repetitions(PAIRS)) : [JSON.parse(ONLY) as Drawn];
    const runs = drawn.map((one, index): Run => [`pair ${index}`, () => inFull(one, index)]);
    const failed = await failures(runs, counts);
    // An assertion would be cut off.
    if (failed.length > 0) throw new Error(failed.join('\n\n'));
  });

  it('Generated revisions keep the laws for features that only PostgreSQL has', async function () {
    this.timeout(300_000);
    const runs = POSTGRES_PAIRS.map(([what, before, after, timeZone]): Run => {
      const words = { ...POSTGRES.words, timeZones: timeZone === undefined ? [] : [timeZone] };
      return [what, () => runPair({ ...POSTGRES, words, before, after })];
    });
    expect(await failures(runs, counts)).to.deep.equal([]);
  });

  it('Generated revisions cover every kind of change', () => {
    if (ONLY !== undefined) return;
    say(`Changes that were generated:\n${counts.toString()}`);
    expect(counts.missing('postgres')).to.deep.equal([]);
    expect(counts.missing('sqlite')).to.deep.equal([]);
  });
});

const POSTGRES = {
  words: { ...NO_CONFIRMATIONS, allowRewrite: true },
  dialects: ['postgres'],
  preserved: [],
} as const;

/** With the command that repeats it and its models, where it fails. */
async function inFull(drawn: Drawn, index: number): Promise<Changes> {
  try {
    return await runDrawn(drawn, index % repetitions(REPEATED) === 0);
  } catch (error) {
    throw new Error(`${wordsOf(error)}\n${repeating(drawn)}`, { cause: error });
  }
}

/** Runs all of them, some at a time, and reports the failures. */
async function failures(runs: readonly Run[], counts: Counts): Promise<readonly string[]> {
  const [left, failed] = [[...runs], [] as string[]];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [what, run] = next;
      try {
        counts.add(await run());
      } catch (error) {
        failed.push(`${what}: ${wordsOf(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed;
}

/** With what is different, which an assertion has apart from its message. */
function wordsOf(error: unknown): string {
  if (!(error instanceof AssertionError)) return error instanceof Error ? error.message : String(error);
  const { actual, expected } = error as { readonly actual?: unknown; readonly expected?: unknown };
  return `${error.message}: ${JSON.stringify(actual)} in place of ${JSON.stringify(expected)}`;
}
