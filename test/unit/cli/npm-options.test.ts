import { expect } from 'chai';
import { Command } from 'commander';
import { assertNpmTookNothing } from '../../../src/cli/npm-options.js';
import { UsageError } from '../../../src/errors/base.js';

const command = new Command('up').option('--plan').option('--sql').option('--allow-missing').option('--json');

/** What npm 10 and 11 leave in the environment for words before `--`. */
const TAKEN: readonly (readonly [option: string, ...names: readonly string[]])[] = [
  ['--plan', 'parseable', 'long', 'all'],
  ['--sql', 'long'],
  ['--allow-missing', 'allow_missing'],
  ['-2', '2'],
];

function environment(...names: readonly string[]): Readonly<Record<string, string>> {
  const set = names.map((name) => [`npm_config_${name}`, 'true'] as const);
  return { npm_lifecycle_event: 'db:up', ...Object.fromEntries(set) };
}

describe('Options that npm took', () => {
  for (const [option, ...names] of TAKEN) {
    it(`The command line refuses to run without ${option}, which npm took`, () => {
      expect(() => assertNpmTookNothing(command, ['up'], environment(...names))).to.throw(
        UsageError,
        `npm took ${option} as its own option. Nothing was run. Write the options after --: npm run db:up -- ${option}`,
      );
    });

    it(`The command line accepts ${option} behind --, and a command that does not know it`, () => {
      assertNpmTookNothing(command, ['up', option], environment(...names));
      assertNpmTookNothing(undefined, [], environment(...names));
    });
  }

  it('The command line names the lines of .npmrc that have the same effect', () => {
    expect(() => assertNpmTookNothing(command, ['up'], environment('long'))).to.throw(
      / -- --sql\. If you did not write --sql, remove long from your \.npmrc$/,
    );
  });

  it('The command line passes over the options that npm has itself', () => {
    assertNpmTookNothing(command, ['up'], environment('json', 'force'));
  });

  it('The command line ignores the settings of npm when npm has not started it', () => {
    assertNpmTookNothing(command, ['up'], { npm_config_allow_missing: 'true' });
  });
});
