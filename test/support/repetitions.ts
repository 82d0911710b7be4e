/** How often what proves much is repeated: at a desk, in CI, or until nothing more is to be expected of it. */
export type Level = 'quick' | 'ci' | 'full';

const LEVELS: readonly Level[] = ['quick', 'ci', 'full'];

/** TEST_LEVEL: `quick` in `npm test`, unless it is set; `ci` in .ci/run; `full` in `npm run test:stress`. */
export const level: Level = levelOf(process.env['TEST_LEVEL']);

/** The number for the level of this run. */
export function repetitions(numbers: Readonly<Record<Level, number>>): number {
  return numbers[level];
}

/** For the title of a test: `40 of 200, TEST_LEVEL=quick`, so that who reads it knows that there are more. */
export function share(numbers: Readonly<Record<Level, number>>): string {
  return `${numbers[level]} of ${numbers.full}, TEST_LEVEL=${level}`;
}

function levelOf(word: string | undefined): Level {
  const found = LEVELS.find((known) => known === (word || 'quick'));
  if (found) return found;
  throw new Error(`TEST_LEVEL is ${String(word)}, and must be one of ${LEVELS.join(', ')}.`);
}
