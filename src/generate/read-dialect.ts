import type { DataSource } from 'typeorm';
import { dialectOf, type DialectName } from '../dialect/dialect.js';
import { migrateUp } from '../migrator/migrator.js';
import { listRevisions } from '../migrator/revision.js';
import type { Change } from '../schema/change.js';
import { diff } from '../schema/diff.js';
import type { SchemaModel } from '../schema/model.js';
import { normalise } from '../schema/normalise.js';
import { desiredSchema, readHead, spelled } from './head.js';
import { renameMoves } from './postgres/renames.js';
import { PostgresNames } from './postgres/sql.js';
import { renamedTypes } from './renamed-types.js';
import { parseRenames, type Rename } from './renames.js';
import type { GenerateWords } from './said.js';
import { managedIn, type Snapshot, type SpelledSides } from './snapshot.js';
import { sqliteRenames } from './sqlite-renames.js';

/** What there is in one dialect, before anything is decided. */
export interface DialectReading {
  readonly dialect: DialectName;
  /** What the revisions make, under its old names. */
  readonly head: SchemaModel;
  /** The same after the renames that were said. */
  readonly from: SchemaModel;
  /** What the entities say. */
  readonly to: SchemaModel;
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
  readonly defaultSchema: string;
  /** Ids of the revisions that there are, oldest first. */
  readonly revisions: readonly string[];
  readonly leftAlone: readonly string[];
  /** The head beside the snapshot, where there is one. */
  readonly beside: SpelledSides | undefined;
}

/** What is known before. */
export interface ReadingGiven {
  readonly snapshot: Snapshot | undefined;
  readonly words: GenerateWords;
}

/** Brings a scratch database to head and reads both sides there; what was said to be renamed is renamed in it. */
export async function readDialect(
  dataSource: DataSource,
  { snapshot, words }: ReadingGiven,
): Promise<DialectReading> {
  const dialect = dialectOf(dataSource);
  const revisions = listRevisions(dataSource).map(({ id }) => id);
  if (revisions.length > 0) await migrateUp(dataSource);
  const known = managedIn(snapshot, dialect.name);
  const managed = new Set([...known, ...words.drops, ...words.renamedTables.map(oldName)]);
  const { schema: head, leftAlone } = await readHead(dataSource, managed);
  const taken = snapshot?.schemas[dialect.name];
  const beside = taken && (await besideSnapshot(dataSource, head, taken));
  const said = parseRenames(words, head);
  const renames = [...renamedTypes(head, desiredSchema(dataSource), said), ...said];
  const defaultSchema = dialect.defaultSchema(dataSource);
  await rename(dataSource, renames, { head, defaultSchema });
  const names = new Set([...managed, ...renames.map(({ to }) => to)]);
  const { schema: live } = await readHead(dataSource, names);
  const { live: from, desired: to } = await spelled(dataSource, { live, desired: desiredSchema(dataSource) });
  const changes = diff(normalise(from), normalise(to));
  return {
    dialect: dialect.name,
    head,
    from,
    to,
    changes,
    renames,
    defaultSchema,
    revisions,
    leftAlone,
    beside,
  };
}

function oldName(words: string): string {
  return words.slice(0, Math.max(words.lastIndexOf(':'), 0));
}

async function besideSnapshot(
  dataSource: DataSource,
  head: SchemaModel,
  said: SchemaModel,
): Promise<SpelledSides> {
  const within = (names: readonly { readonly name: string }[], { name }: { readonly name: string }) =>
    names.some((one) => one.name === name);
  const own: SchemaModel = {
    ...head,
    tables: head.tables.filter((table) => within(said.tables, table)),
    enums: head.enums.filter((type) => within(said.enums, type)),
  };
  const { live, desired } = await spelled(dataSource, { live: own, desired: said });
  return { live, said: desired };
}

async function rename(
  dataSource: DataSource,
  renames: readonly Rename[],
  { head, defaultSchema }: { readonly head: SchemaModel; readonly defaultSchema: string },
): Promise<void> {
  const statements =
    head.dialect === 'postgres'
      ? renameMoves(renames, new PostgresNames(defaultSchema), head).flatMap(({ up }) => up)
      : sqliteRenames(renames).up.flatMap((group) => group.statements);
  for (const statement of statements) await dataSource.query(statement);
}
