/** What `squash` and `baseline` have in common: where and how they write, and what they report. */

import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { DataSource } from 'typeorm';
import { assertPlainable } from '../generate/write/file-form.js';
import type { ReplacingPlace, WrittenReplacing } from '../generate/write/write-replacing.js';
import { dialectsOf, scratchSourcesOf } from '../scratch/scratch-sources.js';
import type { Io } from './io.js';
import { isAtHome, type CommandContext } from './open.js';
import { printDocument } from './print-document.js';
import { assertRevisionName } from './revision-name.js';
import { revisionPlace, type PlaceOptions } from './revision-place.js';

/** Options of both, as given. */
export interface ReplacingOptions extends PlaceOptions {
  readonly remove: boolean;
  readonly json: boolean;
}

/** The name where one is given. */
export function replacingName(path: string | undefined, example: string): string | undefined {
  if (path === undefined) return undefined;
  const name = basename(path);
  assertRevisionName(name, example);
  return name;
}

/** The place and the form of the new file; the folder is made where `generate` would make it. */
export function replacingPlace(
  path: string | undefined,
  options: ReplacingOptions,
  { dataSource, context }: { readonly dataSource: DataSource; readonly context: CommandContext },
): ReplacingPlace & { readonly isFound: boolean } {
  const { project, io } = context;
  const isOwn = isAtHome(options, context);
  const named = isOwn ? undefined : dataSource;
  const place = revisionPlace(path ?? '', options, { dataSource: named, env: io.env });
  assertPlainable(place.form, dialectsOf(scratchSourcesOf(dataSource)));
  mkdirSync(place.folder, { recursive: true });
  const importFrom = project.revisionModule(place.folder);
  return { ...place, importFrom, makeIndex: isOwn, remove: options.remove };
}

/** A written revision that replaces others. */
interface Reported {
  readonly id: string;
  readonly replaced: readonly string[];
  readonly warnings: readonly string[];
  /** Whether the DataSource finds its file by a glob. */
  readonly isFound: boolean;
}

/** One document with --json, lines for people otherwise. */
export function reportReplacing(
  { id, replaced, warnings, isFound }: Reported,
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
  if (!listed && !isFound) io.out(`Add to the migrations of the DataSource: ${id}.`);
}
