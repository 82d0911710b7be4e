/** The schemas of the entities, in a file beside the manifest: only a command that compares them reads it. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DialectName } from '../../databases/registry.js';
import type { Description } from '../../metadata/describe.js';
import { sha256 } from '../../text/sha256.js';
import type { Manifest } from './manifest.js';

/** The name of the file, beside the manifest. */
export const DESIRED_FILE = 'desired-schema.json';

/** What the entities declare, by database; without those for which a check has to read the entities. */
export type DesiredSchemas = Readonly<Partial<Record<DialectName, Description>>>;

/** The text of the file. */
export function desiredText(schemas: DesiredSchemas): string {
  return `${JSON.stringify(schemas)}\n`;
}

/**
 * The schemas that a build has recorded with a manifest; none where the file is missing or is not that of this build.
 *
 * @param path of the manifest
 */
export function readDesired(path: string, { desired }: Manifest): DesiredSchemas {
  try {
    const text = readFileSync(join(dirname(path), DESIRED_FILE), 'utf8');
    return sha256(text) === desired ? (JSON.parse(text) as DesiredSchemas) : {};
  } catch {
    return {};
  }
}
