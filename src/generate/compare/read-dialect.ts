import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { databaseWords, GenerateError } from '../../errors.js';
import { RevisionFailedError } from '../../errors/migration.js';
import { migrateUp } from '../../migrator/migrator.js';
import { listRevisions, statementsOf, type KnownRevision } from '../../migrator/revision.js';
import type { Change } from '../../schema/change.js';
import { diff } from '../../schema/diff.js';
import type { DialectName, SchemaModel } from '../../schema/model.js';
import { normalise } from '../../schema/normalise.js';
import { EQ, NE } from '../../sql/postgres-own.js';
import { desiredSchema, readHead, spelled, type Head } from './head.js';
import { mentions } from '../../sql/mentions.js';
import {
  knownTimeZones,
  missingCasts,
  type ConversionAsked,
} from '../../databases/postgres/plan/conversions.js';
import { objectsBeside } from '../../databases/postgres/plan/dependents-beside.js';
import { renameMoves } from '../../databases/postgres/plan/renames.js';
import {
  settingConversions,
  type SettingConversion,
} from '../../databases/postgres/plan/setting-conversions.js';
import { PostgresNames } from '../../databases/postgres/plan/sql.js';
import { renamedTypes } from './renamed-types.js';
import type { Rename } from '../../schema/rename.js';
import { parseRenames } from './renames.js';
import { assignmentsIn, type GenerateWords } from '../confirm/said.js';
import { managedIn, type Snapshot, type SpelledSides } from './snapshot.js';
import { refusedExpressions, type RefusedExpression } from '../../databases/sqlite/plan/expressions.js';
import { sqliteRenames } from '../../databases/sqlite/plan/renames.js';

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
  /** Names of functions that may give another value each time. */
  readonly volatileFunctions: ReadonlySet<string>;
  /** Ids of the revisions that there are, oldest first. */
  readonly revisions: readonly string[];
  readonly leftAlone: readonly string[];
  /** Indexes that entities leave to themselves, at head. */
  readonly ownIndexes: Head['ownIndexes'];
  /** What there is beside, of which the entities do not speak. */
  readonly undeclared: readonly UndeclaredObject[];
  /** More such objects, which depend on columns without being in the schema: publications, for example. */
  readonly dependents: readonly UndeclaredObject[];
  /** The head beside the snapshot, where there is one. */
  readonly beside: SpelledSides | undefined;
  readonly conversions: Conversions;
}

/** What the database itself says of conversions from one type to another. */
interface Conversions {
  /** Changes of types for which PostgreSQL has no cast. */
  readonly missingCasts: readonly ConversionAsked[];
  /** Changes of types whose values depend on a setting of the session, except on its time zone alone. */
  readonly ofSettings: readonly SettingConversion[];
  /** The time zones that were said, as PostgreSQL spells them; what it does not know is missing. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** Expressions that were said and that SQLite cannot run. */
  readonly refused: readonly RefusedExpression[];
}

/** An object that no entity declares. */
export interface UndeclaredObject {
  readonly kind: string;
  readonly name: string;
  /** Of the newest revision that mentions it; null where none does with lists of statements. */
  readonly file: string | null;
}

/** What is known before. */
export interface ReadingGiven {
  readonly snapshot: Snapshot | undefined;
  readonly words: GenerateWords;
  readonly signal?: AbortSignal | undefined;
}

/** Brings a scratch database to head and reads both sides there; what was said to be renamed is renamed in it. */
export async function readDialect(
  dataSource: DataSource,
  { snapshot, words, signal }: ReadingGiven,
): Promise<DialectReading> {
  const dialect = databaseOf(dataSource);
  const known = listRevisions(dataSource);
  const revisions = known.map(({ id }) => id);
  if (revisions.length > 0) await toHead(dataSource, { signal });
  const managed = new Set([
    ...managedIn(snapshot, dialect.name),
    ...words.drops,
    ...words.renamedTables.map(oldName),
  ]);
  const { schema: head, leftAlone, undeclared } = await readHead(dataSource, managed);
  const taken = snapshot?.schemas[dialect.name];
  const beside = taken && (await besideSnapshot(dataSource, head, taken));
  const desired = desiredSchema(dataSource);
  const said = parseRenames(words, { head, desired });
  const renames = [...renamedTypes(head, desired, said), ...said];
  const defaultSchema = dialect.defaultSchema(dataSource);
  await rename(dataSource, renames, { head, defaultSchema });
  const names = new Set([...managed, ...renames.map(({ to }) => to)]);
  const { schema: live, ownIndexes } = await readHead(dataSource, names);
  const { live: from, desired: to } = await spelled(dataSource, { live, desired });
  const changes = diff(normalise(from), normalise(to));
  const withFile = (one: Omit<UndeclaredObject, 'file'>): UndeclaredObject => ({
    ...one,
    file: fileMentioning(one.name, known, dialect.name),
  });
  return {
    dialect: dialect.name,
    head,
    from,
    to,
    changes,
    renames,
    defaultSchema,
    volatileFunctions: await volatileFunctions(dataSource),
    revisions,
    leftAlone,
    ownIndexes,
    undeclared: undeclared.map(withFile),
    dependents: (await objectsBeside(dataSource)).map(withFile),
    beside,
    conversions: await conversionsOf(dataSource, { changes, words, defaultSchema }),
  };
}

async function conversionsOf(
  dataSource: DataSource,
  of: Pick<DialectReading, 'changes' | 'defaultSchema'> & { readonly words: GenerateWords },
): Promise<Conversions> {
  const { changes, words, defaultSchema } = of;
  if (databaseOf(dataSource).name === 'sqlite') {
    const given = {
      '--using': assignmentsIn(words.usings, changes),
      '--using-down': assignmentsIn(words.usingsDown, changes),
    };
    const refused = await refusedExpressions(dataSource, given);
    return { missingCasts: [], ofSettings: [], timeZones: new Map(), refused };
  }
  const zones = assignmentsIn(words.timeZones, changes).map(([, zone]) => zone);
  const names = new PostgresNames(defaultSchema);
  return {
    missingCasts: await missingCasts(dataSource, changes, names),
    ofSettings: await settingConversions(dataSource, changes, names),
    timeZones: await knownTimeZones(dataSource, zones),
    refused: [],
  };
}

function fileMentioning(
  name: string,
  revisions: readonly KnownRevision[],
  dialect: DialectName,
): string | null {
  // Spares most statements the lexer; a name of other characters may be spelled in several ways.
  const mayMention = (sql: string) => !/^\w+$/.test(name) || sql.toLowerCase().includes(name.toLowerCase());
  const found = revisions.findLast((revision) =>
    statementsOf(revision, dialect, 'up')?.some((sql) => mayMention(sql) && mentions(sql, name, dialect)),
  );
  return found ? `${found.stamp}-${found.id.slice(0, -String(found.stamp).length)}.ts` : null;
}

/** @throws GenerateError naming the revision that does not run on an empty database */
async function toHead(
  dataSource: DataSource,
  options: { readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { signal } = options;
  try {
    await migrateUp(dataSource, signal ? { signal } : {});
  } catch (error) {
    if (!(error instanceof RevisionFailedError)) throw error;
    const title = databaseOf(dataSource).title;
    throw new GenerateError(
      `The revisions that there are do not run from base to head on a scratch database (${title}). ${error.revision}: ${error.failure.direction} failed: ${databaseWords(error.cause)}`,
      { cause: error },
    );
  }
}

async function volatileFunctions(dataSource: DataSource): Promise<ReadonlySet<string>> {
  if (databaseOf(dataSource).name !== 'postgres') return new Set();
  const rows = await dataSource.query<readonly { readonly name: string }[]>(
    `SELECT DISTINCT proname AS name FROM pg_catalog.pg_proc WHERE provolatile ${EQ} 'v' AND prorettype ${NE} 'pg_catalog.void'::pg_catalog.regtype`,
  );
  return new Set(rows.map(({ name }) => name));
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
      ? renameMoves(renames, new PostgresNames(defaultSchema), head).flatMap(({ up }) =>
          up.map(({ sql }) => sql),
        )
      : sqliteRenames(renames).up.flatMap((group) => group.statements);
  for (const statement of statements) await dataSource.query(statement);
}
