/** The snapshot is compared with the schema of the revisions on a scratch database. It is never a side of a diff. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenerateError, messageOf } from '../../errors/base.js';
import { fileRemedy } from '../../errors/file-remedy.js';
import { SnapshotStaleError, SnapshotUnknownError } from '../../errors/generate.js';
import { describeChange } from '../../schema/describe-change.js';
import { diff, isSameSchema } from '../../schema/diff.js';
import type { Expression, SchemaModel } from '../../schema/model.js';
import type { NumberReaders } from '../../databases/planning.js';
import type { DialectName } from '../../databases/registry.js';
import { normalise } from '../../schema/normalise.js';
import { SNAPSHOT_VERSION, upgraded, type SnapshotJson } from './snapshot-version.js';

/** The schema at head, as the entities declared it when the newest generated revision was written. */
export interface Snapshot {
  /** The id of the revision at head; null for base. */
  readonly head: string | null;
  /** Whether every release that is deployed knows phases, so that changes are generated in expand and contract. */
  readonly phases?: true;
  /** What the entities of that release read as numbers; absent where that is nothing. */
  readonly numbers?: NumberReaders;
  readonly schemas: Readonly<Partial<Record<DialectName, SchemaModel>>>;
}

/**
 * Its name in the folder of the revisions. One file, so that two branches that both change the schema conflict in it.
 */
export const SNAPSHOT_FILE = 'snapshot.json';

/** How many differences a message contains at most. */
const SHOWN = 5;

/**
 * Reads the snapshot of a folder; undefined where there is none.
 *
 * @throws SnapshotStaleError for one without a readable schema, after a merge for example
 * @throws SnapshotUnknownError for one that a newer version of this package has written
 * @throws GenerateError for one that cannot be read
 */
export async function readSnapshot(folder: string): Promise<Snapshot | undefined> {
  const path = join(folder, SNAPSHOT_FILE);
  const text = await textOf(path);
  if (text === undefined) return undefined;
  if (CONFLICT.test(text))
    throw new SnapshotStaleError(path, 'two branches changed the schema, and git could not merge the file.', {
      remedy: MERGE,
    });
  return understood(parsed(text, path), path);
}

/** The other file would claim to be the schema at head. */
const MERGE =
  'List the revisions of both in index.ts. Then take the file of the branch whose last revision is the older one, with git checkout --ours or --theirs, and generate again: the generator writes it for both.';

/** What git writes where it cannot merge. */
const CONFLICT = /^(<{7}|>{7}) /m;

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new GenerateError(`${path} cannot be read: ${messageOf(error)}. ${fileRemedy(error)}`);
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotStaleError(path, `it cannot be read: ${messageOf(error)}.`);
  }
}

/** Writing the file would lose the parts that this version does not know. */
async function understood(value: unknown, path: string): Promise<Snapshot> {
  const current = isObject(value) ? upgraded(value) : value;
  if (current === undefined)
    throw new SnapshotUnknownError(path, {
      version: JSON.stringify((value as SnapshotJson)['version']),
      known: SNAPSHOT_VERSION,
    });
  // Loaded here, since only generating needs it and the other commands start without it.
  const { checkSnapshot } = await import('./check-snapshot.js');
  const checked = checkSnapshot(current);
  if ('output' in checked) return checked.output;
  if ('unknown' in checked)
    throw new SnapshotUnknownError(path, {
      known: SNAPSHOT_VERSION,
      fields: checked.unknown.slice(0, SHOWN),
    });
  throw new SnapshotStaleError(path, `it is not a snapshot of a schema: ${checked.problem}.`);
}

function isObject(value: unknown): value is SnapshotJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of the file: an expression as it is written; the server determines its spelling again. */
export function snapshotText(snapshot: Snapshot): string {
  const { head, phases, numbers, schemas } = snapshot;
  const ordered = Object.entries(schemas).map(([dialect, schema]) => [dialect, inOrder(schema)]);
  const marks = {
    version: SNAPSHOT_VERSION,
    head,
    ...(phases ? { phases } : {}),
    ...(numbers ? { numbers } : {}),
  };
  const whole = { ...marks, schemas: Object.fromEntries(ordered) as unknown };
  return `${JSON.stringify(whole, (_key, value: unknown) => (isExpression(value) ? { sql: value.sql } : value), 2)}\n`;
}

/** The same schema is the same text, however it was put together: a server has tables and indexes in any order. */
function inOrder({ dialect, tables, enums, ...others }: SchemaModel): SchemaModel {
  const columns = new Map(tables.map((table) => [table.name, table.columns]));
  const sorted = normalise({ dialect, tables, enums });
  const withColumns = sorted.tables.map((table) => ({ ...table, columns: columns.get(table.name) ?? [] }));
  return { dialect, tables: withColumns, enums: sorted.enums, ...others };
}

function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && 'canonical' in value;
}

/** The names of the tables and types that entities had when the snapshot was taken. */
export function managedIn(snapshot: Snapshot | undefined, dialect: DialectName): readonly string[] {
  const schema = snapshot?.schemas[dialect];
  return schema ? [...schema.tables, ...schema.enums].map(({ name }) => name) : [];
}

/**
 * Makes sure that a snapshot belongs to this history and matches the schema of its revisions.
 *
 * @param live the schema of the revisions, as far as the snapshot has its tables, in the same spelling
 * @throws SnapshotStaleError
 */
export function assertCurrent(
  snapshot: Snapshot,
  revisions: readonly string[],
  { folder, canonical, remains }: CurrentGiven,
): void {
  const file = join(folder, SNAPSHOT_FILE);
  const { head } = snapshot;
  if (head !== null && !revisions.includes(head)) throw ofAnother(file, { head, folder, remains });
  if (head !== (revisions.at(-1) ?? null)) return;
  const differences = canonical.flatMap((sides) => {
    const [live, confirmed] = [normalise(sides.live), normalise(sides.confirmed)];
    return isSameSchema(live, confirmed) ? [] : diff(live, confirmed).map(describeChange);
  });
  if (differences.length > 0)
    throw new SnapshotStaleError(
      file,
      `it does not match the schema of the revisions up to ${head ?? 'base'}; one of them was edited.`,
      { differences: differences.slice(0, SHOWN) },
    );
}

/** What a snapshot is compared with. */
interface CurrentGiven {
  readonly folder: string;
  readonly canonical: readonly CanonicalSides[];
  /** Files of the folder that mention a head that is not listed. */
  readonly remains: readonly string[];
}

/** While a file mentions that revision, generating without the snapshot could write the same change again. */
function ofAnother(
  file: string,
  { head, folder, remains }: { readonly head: string } & Pick<CurrentGiven, 'folder' | 'remains'>,
): SnapshotStaleError {
  const problem = `its head is ${head}, which the DataSource does not have. Nothing was written.`;
  const found = remains.slice(0, SHOWN).join(', ');
  const remedy =
    remains.length > 0
      ? `Add ${head} to the migrations of the DataSource, then generate again. These files contain its stamp: ${found}. ` +
        'If it was reverted for good, remove it from these files first.'
      : `If the project still has that revision, add it to the migrations of the DataSource and generate again. ` +
        `No file in ${folder} mentions it. If it belongs to another branch or was removed for good, delete ${file} and generate again.`;
  return new SnapshotStaleError(file, problem, { remedy });
}

/** The schema of the revisions, and the schema in the snapshot. */
export interface CanonicalSides {
  readonly live: SchemaModel;
  readonly confirmed: SchemaModel;
}
