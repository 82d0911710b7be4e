import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MANIFEST_FILE } from '../src/migrator/manifest/manifest.js';
import { dataSourceIn } from '../src/text/installed-commands.js';

/** Commands that a manifest is enough for. */
const COMMANDS = ['up', 'down', 'status', 'history'];

/** Words that lead to the whole command line, or with which the DataSource is known only once it has read them all. */
const ELSEWHERE = /^(?:-d.+|--env-file(?:=.*)?|--sql|-h|--help)$/;

const NAMES_DATA_SOURCE = /^(?:-d|--data-source)/;

/**
 * Whether a call may run from the small bundle: all that is looked at is the call, and whether there is a manifest.
 *
 * @param own the manifest of this package; undefined for its sources
 */
export function isQuickCall([command = '', ...words]: readonly string[], own: string | undefined): boolean {
  if (own === undefined || !COMMANDS.includes(command) || words.some((word) => ELSEWHERE.test(word)))
    return false;
  if (words.filter((word) => NAMES_DATA_SOURCE.test(word)).length > 1) return false;
  const dataSource = dataSourceIn(words);
  return existsSync(dataSource === undefined ? own : join(dirname(resolve(dataSource)), MANIFEST_FILE));
}
