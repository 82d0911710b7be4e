/** Reads the file of accepted differences. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AcceptedDriftInvalidError } from '../../errors/accepted-drift.js';
import { messageOf } from '../../errors/base.js';
import { entryWords, inOrder, isSameDifference, type AcceptedDifference } from './accepted-difference.js';
import { ACCEPTED_VERSION } from './accepted-version.js';

/** The name of the file, in the working directory. */
export const ACCEPTED_FILE = 'accepted-drift.json';

/** Accepted differences, and the file that they are from, for messages. */
export interface AcceptedDrift {
  readonly file: string;
  readonly entries: readonly AcceptedDifference[];
}

/**
 * The accepted differences of a file, as its path or URL, or as its content: `import accepted from
 * './accepted-drift.json' with { type: 'json' }`.
 */
export type AcceptedSource = string | object;

/**
 * Reads accepted differences.
 *
 * @throws AcceptedDriftInvalidError for a file that does not exist, cannot be read or has an entry that is wrong
 */
export async function loadAccepted(source: AcceptedSource): Promise<AcceptedDrift> {
  if (typeof source !== 'string' && !(source instanceof URL))
    return { file: ACCEPTED_FILE, entries: await understood(source, ACCEPTED_FILE) };
  const file = typeof source === 'string' ? source : fileURLToPath(source);
  const found = await readAccepted(file);
  if (found) return found;
  throw new AcceptedDriftInvalidError(
    file,
    'the file does not exist',
    'check --accept creates it; a relative path starts at the working directory.',
  );
}

/**
 * The same for a file that may be missing.
 *
 * @throws AcceptedDriftInvalidError
 */
export async function readAccepted(file: string): Promise<AcceptedDrift | undefined> {
  const text = await textOf(file);
  return text === undefined ? undefined : { file, entries: await understood(parsed(text, file), file) };
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AcceptedDriftInvalidError(
      file,
      `the file cannot be read: ${messageOf(error)}`,
      'Make it a readable file.',
    );
  }
}

/** What git writes where it cannot merge. */
const CONFLICT = /^(<{7}|>{7}) /m;

function parsed(text: string, file: string): unknown {
  if (CONFLICT.test(text))
    throw new AcceptedDriftInvalidError(
      file,
      'two branches changed the file, and git could not merge it',
      'Keep the entries of both.',
    );
  try {
    // Editors of Windows begin a file with a mark of its encoding.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new AcceptedDriftInvalidError(file, `the file is not JSON: ${messageOf(error)}`);
  }
}

async function understood(value: unknown, file: string): Promise<readonly AcceptedDifference[]> {
  assertVersion(value, file);
  // Loaded here: without such a file the commands start without the library that checks it.
  const { checkAccepted } = await import('./check-accepted.js');
  const checked = checkAccepted(value);
  if ('problem' in checked) throw new AcceptedDriftInvalidError(file, checked.problem);
  assertOnce(checked.entries, file);
  return checked.entries;
}

function assertVersion(value: unknown, file: string): void {
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (version === undefined || version === ACCEPTED_VERSION) return;
  throw new AcceptedDriftInvalidError(
    file,
    `its version is ${JSON.stringify(version)}, and this version of orchestrator-db knows ${ACCEPTED_VERSION}`,
    'Install the version of orchestrator-db that wrote it.',
  );
}

function assertOnce(entries: readonly AcceptedDifference[], file: string): void {
  for (const [index, entry] of entries.entries()) {
    const first = entries.findIndex((one) => isSameDifference(one, entry));
    if (first < index)
      throw new AcceptedDriftInvalidError(
        file,
        `accepted[${first}] and accepted[${index}] are the same difference, ${entryWords(entry)}`,
        'Remove one of them.',
      );
  }
}

/** The text of the file: sorted, so that the same differences are the same text. */
export function acceptedText(entries: readonly AcceptedDifference[]): string {
  const accepted = inOrder(entries).map(inFieldOrder);
  return `${JSON.stringify({ version: ACCEPTED_VERSION, accepted }, undefined, 2)}\n`;
}

function inFieldOrder(entry: AcceptedDifference): AcceptedDifference {
  const { dialect, kind, table, object, aspect, desired, live, reason } = entry;
  return {
    ...{ dialect, kind, table, object },
    ...(aspect === undefined ? {} : { aspect }),
    ...{ desired, live, reason },
  };
}
