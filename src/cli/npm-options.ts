import type { Command } from 'commander';
import { UsageError } from '../errors/base.js';

/** Options that npm has under the same names: they may be set in a file of npm's own. */
const OF_NPM: readonly string[] = ['--json', '--force', '--help', '--version'];

/** npm reads these words as clusters of its short options: `--plan` as -p, -l, -a and -n, `--sql` as -s, -q and -l. */
const CLUSTERS: Readonly<Record<string, readonly string[]>> = {
  '--plan': ['parseable', 'long', 'all'],
  '--sql': ['long'],
};

/**
 * Refuses a command whose options npm took: `npm run db:up --plan` calls the command without `--plan`, which would apply
 * the revisions. npm leaves the options in the environment. https://docs.npmjs.com/cli/commands/npm-run
 *
 * @param command that `argv` calls
 * @throws UsageError
 */
export function assertNpmTookNothing(
  command: Command | undefined,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const script = env['npm_lifecycle_event'];
  if (command === undefined || script === undefined || argv.includes('--help')) return;
  const [taken] = [...numbersIn(env), ...command.options.flatMap(({ long }) => long ?? [])].filter(
    (option) => !OF_NPM.includes(option) && !isGiven(option, argv) && isTaken(option, env),
  );
  if (taken !== undefined)
    throw new UsageError(
      `npm took ${taken} as its own option. Nothing was run. Write the options after --: npm run ${script} -- ${taken}${fromFile(taken)}`,
    );
}

/** npm does not tell a word of the command line from a line of its configuration. */
function fromFile(option: string): string {
  const names = CLUSTERS[option];
  return names ? `. If you did not write ${option}, remove ${names.join(', ')} from your .npmrc` : '';
}

/** `-2`, a target. */
function numbersIn(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(env).flatMap((name) => {
    const number = /^npm_config_(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [`-${number}`];
  });
}

function isGiven(option: string, argv: readonly string[]): boolean {
  return argv.some((word) => word === option || word.startsWith(`${option}=`));
}

function isTaken(option: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const isSet = (name: string) => env[`npm_config_${name}`] !== undefined;
  const isOn = (name: string) => env[`npm_config_${name}`] === 'true';
  const cluster = CLUSTERS[option];
  if (cluster) return cluster.every(isOn) && (option === '--plan' || !isOn('all'));
  return isSet(option.replace(/^--?/, '').replaceAll('-', '_'));
}
