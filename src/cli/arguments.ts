import { UsageError } from '../errors.js';
import { holdsPassword } from '../text/secrets.js';

/** Options whose value is SQL, in which a URL may stand as a text. */
const EXPRESSIONS = ['--backfill', '--using', '--using-down'];

/** Options whose value is made of names, in which : and @ may stand. */
const NAMES = ['--rename', '--rename-table', '--drop', '--ignore'];

/**
 * Other users of a machine can read arguments, shells remember them, and what does not fit is repeated in messages: a
 * password among them is refused before anything looks at them, and not repeated.
 *
 * @throws UsageError naming the place
 */
export function assertNoPassword(argv: readonly string[]): void {
  for (const [index, word] of argv.entries()) {
    const [option = ''] = /^--[\w-]+(?==)/.exec(word) ?? [argv[index - 1]];
    if (EXPRESSIONS.includes(option)) continue;
    const value = word.replace(/^--[\w-]+=/, '');
    if (isPasswordOption(word) || !holdsPassword(value, !NAMES.includes(option))) continue;
    throw new UsageError(
      `The ${placeOf(argv, index)} contains a password. Other users of this machine can read arguments, so the command was not run. ` +
        'Specify the database in the environment: set DATABASE_URL, then run the command without this argument.',
    );
  }
}

/** An option of no command: it is reported as unknown, without its value. */
function isPasswordOption(word: string): boolean {
  return /^--?\w*pass\w*=/i.test(word);
}

function placeOf(argv: readonly string[], index: number): string {
  const [own] = /^--[\w-]+(?==)/.exec(argv[index] ?? '') ?? [];
  if (own !== undefined) return `value of ${own}`;
  return index === 0 ? 'first argument' : `argument after "${argv[index - 1] ?? ''}"`;
}
