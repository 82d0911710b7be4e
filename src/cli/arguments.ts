import { UsageError } from '../errors/base.js';
import { holdsPassword } from '../text/secrets.js';

/** Options whose value is SQL, which may contain a URL as text. */
const EXPRESSIONS = ['--backfill', '--using', '--using-down'];

/** Options whose value consists of names, which may contain : and @. */
const NAMES = ['--rename', '--rename-table', '--drop', '--ignore'];

/**
 * Rejects a password among the arguments before anything reads them, and does not repeat it. Other users of a machine
 * can read arguments, shells store them, and messages quote invalid ones.
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

/** Whether it is a password option. No command has one, so it is reported as unknown, without its value. */
function isPasswordOption(word: string): boolean {
  return /^--?\w*pass\w*=/i.test(word);
}

function placeOf(argv: readonly string[], index: number): string {
  const [own] = /^--[\w-]+(?==)/.exec(argv[index] ?? '') ?? [];
  if (own !== undefined) return `value of ${own}`;
  return index === 0 ? 'first argument' : `argument after "${argv[index - 1] ?? ''}"`;
}
