import { isOwnError } from './errors/base.js';
import { installedCommands } from './text/installed-commands.js';

/**
 * Does work of this package inside of an application. The commands in the message of an error are then those of an
 * installed package: the application has none of the npm scripts of this one.
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
  const words = (text: string) => installedCommands(text, '<file>');
  return { message: words(message), ...(lines === undefined ? {} : { lines: lines.map(words) }) };
}
