/** Compares a database with the schema that a build has recorded: TypeORM and the entities are not loaded. */

import type { CheckOptions } from '../drift/check-subject.js';
import type { DriftReport } from '../drift/drift-report.js';
import { readDesired } from '../migrator/manifest/desired.js';
import { withManifest } from '../migrator/manifest/manifest-access.js';
import { openingFor, usableManifest } from './access.js';
import type { CommandContext, DataSourceOption } from './open.js';

/** A report, or why the entities have to be read, a sentence. */
type Checked = { readonly report: DriftReport } | { readonly unused: string };

/**
 * Checks by the manifest of a build. What it cannot be used for sends nothing to the database.
 *
 * @throws ConnectError, RevisionInvalidError, and what `checkDrift` throws
 */
export async function checkRecorded(
  option: DataSourceOption,
  context: CommandContext,
  options: CheckOptions,
): Promise<Checked> {
  const found = usableManifest(option, context);
  if (!('manifest' in found)) return found;
  const { manifest, path, settings } = found;
  const desired = readDesired(path, manifest)[settings.database.dialect];
  if (desired === undefined) return { unused: 'The build recorded no schema of the entities.' };
  const [{ checkSubject }, { recordedSubject }] = await Promise.all([
    import('../drift/check-subject.js'),
    import('../drift/recorded-subject.js'),
  ]);
  return withManifest(manifest, openingFor(settings, 'read', context.io), async (access) => {
    const subject = await recordedSubject(access, desired);
    if (subject) return { report: await checkSubject(subject, options) };
    return { unused: 'This session has another default schema than the build.' };
  });
}
