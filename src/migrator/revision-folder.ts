import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface } from 'typeorm';
import { RevisionInvalidError } from '../errors/migration.js';
import { replacedIds, replacesIn } from './replaced.js';
import { orderRevisions } from './revision.js';

/** A source file of a revision, or what it was compiled to. */
const FILE = /^(\d{13})-(\w+)\.([cm]?ts|[cm]?js)$/;
const DECLARATION = /\.d\.[cm]?ts$/;

/**
 * Makes sure, before anything is connected, that the list of revisions is one that can be run and that no file is
 * forgotten in it.
 *
 * @param folder where the files are; undefined where that is unknown
 * @throws RevisionInvalidError naming the files
 */
export function assertSound(
  migrations: readonly (new () => MigrationInterface)[],
  folder: string | undefined,
): void {
  const listed = orderRevisions(migrations.map((Migration) => new Migration())).flatMap(
    ({ id, migration }) => [id, ...replacedIds(replacesIn(migration))],
  );
  if (folder === undefined || !existsSync(folder)) return;
  const forgotten = readdirSync(folder).filter((file) => !DECLARATION.test(file) && isUnlisted(file, listed));
  if (forgotten.length > 0)
    throw new RevisionInvalidError(
      `${forgotten
        .sort()
        .map((file) => join(folder, file))
        .join(', ')}: not in the list of migrations (index.ts), so it never runs. ` +
        'Add the class to the list. Delete the file only if no database has applied it.',
    );
}

function isUnlisted(file: string, listed: readonly string[]): boolean {
  const [, stamp, name] = FILE.exec(file) ?? [];
  return stamp !== undefined && name !== undefined && !listed.includes(`${name}${stamp}`);
}
