import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenerateError, messageOf } from '../errors.js';
import { SnapshotStaleError } from '../errors/generate.js';
import { describeChange } from '../schema/change.js';
import { diff } from '../schema/diff.js';
import { raw, type DialectName, type Expression, type SchemaModel } from '../schema/model.js';
import { normalise } from '../schema/normalise.js';

/** The schema at head, as the entities had it when the newest generated revision was written. */
export interface Snapshot {
  /** The id of the revision that it is the schema at; null for base. */
  readonly head: string | null;
  readonly schemas: Readonly<Partial<Record<DialectName, SchemaModel>>>;
}

/** Its name in the folder of the revisions. One file, so that two branches that both change the schema collide in it. */
export const SNAPSHOT_FILE = 'snapshot.json';

/** How many differences a message names. */
const SHOWN = 5;

/**
 * Reads the snapshot of a folder; undefined where there is none.
 *
 * @throws GenerateError for one that cannot be read, after a merge for example
 */
export async function readSnapshot(folder: string): Promise<Snapshot | undefined> {
  const path = join(folder, SNAPSHOT_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text, revived) as Snapshot;
  } catch (error) {
    throw new GenerateError(
      `${path}: ${messageOf(error)}. After a merge, put the revisions of both branches in order first; then delete this file and generate again: it is written anew from them.`,
    );
  }
}

/** The text of the file: an expression as it is written; its spelling is the server's to find again. */
export function snapshotText(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot, (_key, value: unknown) => (isExpression(value) ? { sql: value.sql } : value), 2)}\n`;
}

function revived(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'sql') return value;
  return raw((value as Expression).sql);
}

function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && 'canonical' in value;
}

/** The names of the tables and types that were of entities when the snapshot was taken. */
export function managedIn(snapshot: Snapshot | undefined, dialect: DialectName): readonly string[] {
  const schema = snapshot?.schemas[dialect];
  return schema ? [...schema.tables, ...schema.enums].map(({ name }) => name) : [];
}

/**
 * Makes sure that a snapshot is of this history and says what its revisions make.
 *
 * @param live what they make, of the tables that the snapshot knows, spelled like it
 * @throws SnapshotStaleError
 */
export function assertCurrent(
  snapshot: Snapshot,
  revisions: readonly string[],
  { folder, spelled }: { readonly folder: string; readonly spelled: readonly SpelledSides[] },
): void {
  const file = join(folder, SNAPSHOT_FILE);
  const { head } = snapshot;
  if (head !== null && !revisions.includes(head))
    throw new SnapshotStaleError(
      file,
      `it is of ${head}, which is not in the list of revisions: two branches have added revisions.`,
      [],
    );
  if (head !== (revisions.at(-1) ?? null)) return;
  const differences = spelled.flatMap(({ live, said }) =>
    diff(normalise(live), normalise(said)).map(describeChange),
  );
  if (differences.length > 0)
    throw new SnapshotStaleError(
      file,
      `it is not what the revisions up to ${head ?? 'base'} make; one of them was edited.`,
      differences.slice(0, SHOWN),
    );
}

/** What the revisions make, and what the snapshot says. */
export interface SpelledSides {
  readonly live: SchemaModel;
  readonly said: SchemaModel;
}
