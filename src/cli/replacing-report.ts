/** What `squash` and `baseline` have in common: where they write, and what they report. */

import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UsageError } from '../errors/base.js';
import type { WrittenReplacing } from '../generate/write/write-replacing.js';
import type { Io } from './io.js';
import { printDocument } from './print-document.js';
import { assertRevisionName } from './revision-name.js';

/** The folder of the revisions. */
const FOLDER = 'src/migrations';

/** The folder, and the name where one is given. */
export function replacingPlace(
  path: string | undefined,
  example: string,
): { readonly folder: string; readonly name: string | undefined } {
  const folder = path?.includes('/') ? dirname(path) : FOLDER;
  const name = path === undefined || path.endsWith('/') ? undefined : basename(path);
  if (name !== undefined) assertRevisionName(name, example);
  const place = path?.endsWith('/') ? path.slice(0, -1) : folder;
  if (!existsSync(place) || !statSync(place).isDirectory())
    throw new UsageError(
      `The folder ${place} does not exist. Run the command in the folder that contains the sources of the project.`,
    );
  return { folder: place, name };
}

/** A written revision that replaces others. */
interface Reported {
  readonly id: string;
  readonly replaced: readonly string[];
  readonly warnings: readonly string[];
}

/** One document with --json, lines for people otherwise. */
export function reportReplacing(
  { id, replaced, warnings }: Reported,
  { files: [file = ''], listed, removed }: WrittenReplacing,
  { io, json }: { readonly io: Io; readonly json: boolean },
): void {
  for (const warning of warnings) io.err(`note: ${warning}`);
  if (json) {
    printDocument(io, 'squash', {
      status: 'written',
      file,
      id,
      replaces: replaced,
      removed,
      listed,
      warnings,
    });
    return;
  }
  io.out(`Wrote ${file}, proved on scratch databases. Read it before you run it.`);
  if (replaced.length > 0)
    io.out(
      `It replaces ${replaced.length} revisions. A database that has all of them counts as having it: up records it. One that has none runs it.`,
    );
  if (removed.length > 0) io.out(`Removed ${removed.length} files of replaced revisions.`);
  else if (replaced.length > 0)
    io.out('The replaced classes may stay in the list until every database has them, or go now: --remove.');
  if (!listed) io.out(`Add to the migrations of the DataSource: ${id}.`);
}
