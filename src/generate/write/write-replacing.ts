import { join } from 'node:path';
import type { DialectName } from '../../databases/registry.js';
import { replacedIds, type Replaced } from '../../migrator/replaced.js';
import { readSources } from '../compare/folder-sources.js';
import { readSnapshot, SNAPSHOT_FILE, snapshotText, type Snapshot } from '../compare/snapshot.js';
import { revisionClasses } from '../compare/source-classes.js';
import type { RevisionPart } from '../plan/revision-part.js';
import type { FileForm } from './file-form.js';
import { textIfThere } from './files.js';
import type { LoadedModule } from './held-statements.js';
import { writeRevisions, type WrittenRevisions } from './write-revisions.js';

/** A revision that replaces others. */
interface ReplacingRevision {
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: Omit<RevisionPart, 'suffix'>;
  readonly replaces: readonly Replaced[];
  readonly proof: string | undefined;
  /** The dialects that it has lists for. */
  readonly dialects: readonly DialectName[];
  /** Whether it is at head now. */
  readonly isNewest: boolean;
}

/** Where and how it is written. */
export interface ReplacingPlace {
  readonly folder: string;
  readonly form: FileForm;
  /** The module from which its class imports `Revision`. */
  readonly importFrom: string;
  readonly makeIndex: boolean;
  /** Loads the new file as the project does; undefined where this process cannot. */
  readonly load: ((path: string) => Promise<LoadedModule>) | undefined;
  /** Whether to delete the files of what it replaces. */
  readonly remove: boolean;
  /** The schema at head; default what the folder has. */
  readonly schemas?: Snapshot['schemas'];
}

/** The written files, and those that are gone. */
export interface WrittenReplacing extends WrittenRevisions {
  readonly removed: readonly string[];
}

/**
 * Writes it, lists it in the index, and makes it the head of the snapshot. With `remove`, the files go that hold
 * nothing but classes that it replaces.
 *
 * @throws GenerateError, VerificationFailedError, SnapshotStaleError; nothing is written then
 */
export async function writeReplacing(
  { id, isNewest, proof, ...revision }: ReplacingRevision,
  { folder, form, importFrom, makeIndex, load, remove, schemas }: ReplacingPlace,
): Promise<WrittenReplacing> {
  const snapshot = schemas
    ? snapshotText({ head: id, ...(await markOf(folder)), schemas })
    : isNewest
      ? await movedHead(folder, id)
      : undefined;
  const removed = remove ? await filesOf(folder, replacedIds(revision.replaces)) : [];
  const written = await writeRevisions(
    { folder, makeIndex, load, removed, ...(snapshot === undefined ? {} : { snapshot }) },
    [{ ...revision, importFrom, form, ...(proof === undefined ? {} : { proof }) }],
  );
  return { ...written, removed };
}

/** What the snapshot of the folder says of phases, as far as it can be read. */
async function markOf(folder: string): Promise<Pick<Snapshot, 'phases'>> {
  const former = await readSnapshot(folder).catch(() => undefined);
  return former?.phases ? { phases: former.phases } : {};
}

/** The snapshot with that head; its schemas stay as they are written. */
async function movedHead(folder: string, head: string): Promise<string | undefined> {
  if (!(await readSnapshot(folder))) return undefined;
  const text = (await textIfThere(join(folder, SNAPSHOT_FILE))) ?? '{}';
  return `${JSON.stringify({ ...(JSON.parse(text) as object), head }, null, 2)}\n`;
}

/** A file that also holds another class stays. */
async function filesOf(folder: string, ids: readonly string[]): Promise<readonly string[]> {
  const sources = await readSources(folder);
  return sources
    .filter(({ text }) => {
      const classes = revisionClasses(text);
      return classes.length > 0 && classes.every(({ names }) => names.some((one) => ids.includes(one)));
    })
    .map(({ path }) => path);
}
