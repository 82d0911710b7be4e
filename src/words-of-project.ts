import { isOwnError } from './errors/base.js';
import { installedCommands } from './text/installed-commands.js';

/**
 * Does work of this package inside of an application. The commands in the message of an error are then those of an
 * installed package: the application has none of the npm scripts of this one. What lets a run continue is an option of
 * the migrator there, and not of a command.
 */
export async function inWordsOfProject<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isOwnError(error)) Object.assign(error, inInstalledWords(error));
    throw error;
  }
}

/** The message, and its parts where the error has them. */
function inInstalledWords({ message, lines }: Error & { readonly lines?: readonly string[] }) {
  const words = (text: string) => withOptions(installedCommands(text, '<file>'));
  return { message: words(message), ...(lines === undefined ? {} : { lines: lines.map(words) }) };
}

/** How the migrator takes what the command line takes as an option; src/migrator/run-context.ts. */
const OPTIONS: readonly (readonly [option: string, ofMigrator: string])[] = [
  ['--allow-out-of-order', 'allow: { outOfOrder: true }'],
  ['--allow-missing', 'allow: { missing: true }'],
  ['--allow-edited', 'allow: { edited: true }'],
  ['--lock-wait <seconds>', 'lockWaitMs: <milliseconds>'],
];

/** An option that is the remedy itself; one of a command that the message names stays. */
function withOptions(text: string): string {
  return OPTIONS.reduce(
    (words, [option, ofMigrator]) => words.replaceAll(`: ${option}`, `: the option { ${ofMigrator} }`),
    text,
  );
}
