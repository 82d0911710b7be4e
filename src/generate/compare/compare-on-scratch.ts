/** Runs all revisions on a scratch database, renames what is confirmed, and compares the schema with the entities. */

import type { DataSource } from 'typeorm';
import { databaseOf, type DialectName } from '../../databases/registry.js';
import { databaseWords, GenerateError } from '../../errors/base.js';
import { replacedByIn } from '../../migrator/replaced.js';
import { listRevisions, statementsOf, type KnownRevision } from '../../migrator/revision.js';
import type { Change } from '../../schema/change.js';
import { diff, isSameSchema } from '../../schema/diff.js';
import type { SchemaModel, ViewModel } from '../../schema/model.js';
import { normalise } from '../../schema/normalise.js';
import type { FactsAsked, Planner } from '../../databases/planner.js';
import type { SqlReader } from '../../databases/sql-reader.js';
import type { NumberReaders, UndeclaredDependent, PlanReading } from '../../databases/planning.js';
import { describeEntities, type Description } from '../../metadata/describe.js';
import { commonReaders, numberReaders } from '../../metadata/number-readers.js';
import { withoutParts, withParts, type UndeclaredPart } from '../../schema/undeclared.js';
import { withOptions, type OptionPlace } from '../../schema/undeclared-options.js';
import { withLivePartitions, withPolicies } from '../../schema/live-partitions.js';
import { withNotNull } from '../../schema/not-null.js';
import { withoutFollowers, type SpecialTable } from '../../schema/special-tables.js';
import { keptOptions, keptParts, partsOfHand, type KeptGiven } from './kept-parts.js';
import type { BothSides } from '../../databases/catalog.js';
import { asDeclared, readSchema, canonical, type ReadSchema } from './read-schema.js';
import { readViews } from './read-views.js';
import { toHead } from './to-head.js';
import { installedBy, sentBy } from './installed-extensions.js';
import { renamedTypes } from './renamed-types.js';
import { parseRenames } from './renames.js';
import { assignmentsIn, type ConfirmationOptions } from '../confirm/confirmations.js';
import { managedIn, type Snapshot, type CanonicalSides } from './snapshot.js';

/** The state of one dialect, before any decision. */
export interface DialectReading extends PlanReading {
  readonly dialect: DialectName;
  readonly planner: Planner;
  /** The schema of the entities, and the parts of it that are not compared. */
  readonly description: Description;
  /** Ids of the existing revisions, oldest first. */
  readonly revisions: readonly string[];
  /** Ids that they replace, whose files may still be there. */
  readonly replaced: readonly string[];
  readonly leftAlone: readonly string[];
  /** What the present entities read as numbers. */
  readonly numbers: NumberReaders;
  /** The views of the snapshot. */
  readonly formerViews: readonly ViewModel[];
  /** Further objects, which no entity declares. */
  readonly undeclared: readonly UndeclaredObject[];
  /** More such objects, which depend on columns without being in the schema: publications, for example. */
  readonly dependents: readonly UndeclaredObject[];
  /** Parts of tables that no entity declares and that stay; both sides and the description contain them. */
  readonly kept: readonly UndeclaredPart[];
  /** Options of tables that no entity declares and that stay. */
  readonly options: readonly OptionPlace[];
  /** Tables that a revision cannot change like others. */
  readonly specials: readonly SpecialTable[];
  /** The schema at head, without what stays, and the one of the snapshot, where there is a snapshot. */
  readonly beside: CanonicalSides | undefined;
}

/** An object that no entity declares. */
export interface UndeclaredObject extends UndeclaredDependent {
  /** Of the newest revision that mentions it; null where none does with lists of statements. */
  readonly file: string | null;
}

/** The facts that are known before. */
export interface ReadingInput {
  readonly snapshot: Snapshot | undefined;
  readonly words: ConfirmationOptions;
  /** Whether only the schema at head is of use: what the entities change may be impossible then. Default false. */
  readonly isHeadOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Brings a scratch database to head and reads both sides there, after the confirmed renames. */
export async function readDialect(dataSource: DataSource, given: ReadingInput): Promise<DialectReading> {
  const sent = await sentBy(dataSource, () => toHead(dataSource, given));
  return readAtHead(dataSource, { ...given, sent });
}

/**
 * Reads both sides on a scratch database at head.
 *
 * @param sent the statements that have made it
 */
export async function readAtHead(
  dataSource: DataSource,
  { snapshot, words, isHeadOnly = false, sent }: ReadingInput & { readonly sent: readonly string[] },
): Promise<DialectReading> {
  const dialect = databaseOf(dataSource);
  const known = listRevisions(dataSource);
  const planner = await dialect.planner();
  const installed = await installedBy(dataSource, planner, sent);
  const declared = describeEntities(dataSource);
  const taken = snapshot?.schemas[dialect.name];
  const managed = new Set([...managedIn(snapshot, dialect.name), ...goneBySaying(words)]);
  const found = await readSchema(dataSource, declared, managed);
  const { specials } = found;
  const { head, renames } = renamesIn(found, declared.schema, words);
  const defaultSchema = dialect.defaultSchema(dataSource);
  const beside = taken && (await besideSnapshot(dataSource, found, taken));
  await rename(dataSource, planner.renaming({ renames, head, defaultSchema }));
  const names = new Set([...managed, ...renames.map(({ to }) => to)]);
  const { schema: live, ownIndexes } = await readSchema(dataSource, declared, names);
  const spelled = await canonical(dataSource, { live, desired: declared.schema });
  const sides = { ...spelled, live: withPolicies(spelled.live, taken, nameBefore(renames)) };
  const keptBy = {
    ...{ dialect: dialect.name, declared: taken, revisions: known },
    ...{ renames, drops: words.drops, backfills: words.backfills, sql: planner.sql },
  };
  const { changes: ofTables, ...compared } = keeping({ declared, specials, ...sides }, keptBy);
  const formerViews = taken?.views ?? [];
  const { views: declaredViews, schemas } = declared;
  const ofViews = { declared: declaredViews, managed: formerViews, schemas, changes: ofTables, isHeadOnly };
  const { views, changes, ...sidesOfViews } = await readViews(dataSource, planner, ofViews);
  const given = { changes, renames, views, defaultSchema, from: sides.live, to: compared.to };
  const facts = await planner.readFacts(dataSource, { ...given, ...asked(words, changes), installed });
  const numbers = numberReaders(dataSource);
  const withFile = withFileOf(known, { dialect: dialect.name, sql: planner.sql });
  return {
    ...{ dialect: dialect.name, planner, changes, ...compared, head },
    from: { ...sides.live, views: sidesOfViews.from },
    to: { ...compared.to, views: sidesOfViews.to },
    ...{ renames, defaultSchema, ...idsOf(known) },
    ...{ leftAlone: found.leftAlone, specials, formerViews },
    ...{ numbers, readers: commonReaders(snapshot?.numbers, numbers) },
    ownIndexes,
    undeclared: found.undeclared.map(withFile),
    dependents: facts.dependents.map(withFile),
    beside: beside && withoutHand(beside, keptBy),
    facts,
  };
}

function nameBefore(renames: PlanReading['renames']): (table: string) => string {
  return (table) => renames.find(({ kind, to }) => kind === 'table' && to === table)?.from ?? table;
}

/** Tables whose entities declared their partitions before: an entity that does so no more has changed. */
function declaredBefore(snapshot: SchemaModel | undefined): (table: string) => boolean {
  const names = (snapshot?.tables ?? []).filter(({ partition }) => partition?.policy).map(({ name }) => name);
  return (table) => names.includes(table);
}

function idsOf(known: readonly KnownRevision[]): Pick<DialectReading, 'revisions' | 'replaced'> {
  return { revisions: known.map(({ id }) => id), replaced: [...replacedByIn(known).keys()] };
}

/** The renames, and the schema at head with each type that is renamed: without a snapshot, no other trace of it exists. */
function renamesIn(
  { schema, columnEnums }: ReadSchema,
  desired: SchemaModel,
  words: ConfirmationOptions,
): Pick<DialectReading, 'head' | 'renames'> {
  const head = { ...schema, enums: [...schema.enums, ...columnEnums] };
  const confirmed = parseRenames(words, { head, desired });
  const types = renamedTypes(head, desired, confirmed);
  const isKept = ({ name }: { readonly name: string }) =>
    schema.enums.some((one) => one.name === name) || types.some(({ from }) => from === name);
  return { head: { ...head, enums: head.enums.filter(isKept) }, renames: [...types, ...confirmed] };
}

/** What stays, and what changes. */
type Kept = Pick<DialectReading, 'changes' | 'kept' | 'options' | 'to' | 'description'>;

/** The changes, and both sides with the parts that stay: so no change drops them, and a rebuild contains them. */
function keeping(
  {
    live,
    desired,
    declared,
    specials,
  }: BothSides & { readonly declared: Description; readonly specials: readonly SpecialTable[] },
  given: KeptGiven,
): Kept {
  const options = keptOptions({ live, desired }, given);
  const wasDivided = declaredBefore(given.declared);
  const wanted = withNotNull(withLivePartitions(withOptions(desired, options), live, wasDivided), live);
  const found = withoutFollowers(diff(normalise(live), normalise(wanted)), specials);
  const kept = keptParts(found, given);
  return {
    kept,
    options,
    changes: found.filter((change) => !kept.some((part) => part === change)),
    to: withParts(wanted, kept),
    description: {
      ...declared,
      schema: withParts(withLivePartitions(withOptions(declared.schema, options), live, wasDivided), kept),
    },
  };
}

/**
 * What was made by hand is not in the snapshot, whether it stays, is dropped now, or becomes a part of an entity. Both
 * sides have the names of head.
 */
function withoutHand({ live, confirmed }: CanonicalSides, given: KeptGiven): CanonicalSides {
  const [was, is] = [normalise(live), normalise(confirmed)];
  if (isSameSchema(was, is)) return { live, confirmed };
  const parts = partsOfHand(diff(was, is), { ...given, renames: [] });
  return { live: withoutParts(live, parts), confirmed };
}

/** The confirmations that the database is asked about; they are checked when everything is known. */
function asked(
  { usings, usingsDown, timeZones }: ConfirmationOptions,
  changes: readonly Change[],
): Pick<FactsAsked, 'expressions' | 'timeZones'> {
  return {
    expressions: {
      '--using': assignmentsIn(usings, changes),
      '--using-down': assignmentsIn(usingsDown, changes),
    },
    timeZones: assignmentsIn(timeZones, changes).map(([, zone]) => zone),
  };
}

function withFileOf(
  known: readonly KnownRevision[],
  by: { readonly dialect: DialectName; readonly sql: SqlReader },
): (one: UndeclaredDependent) => UndeclaredObject {
  return (one) => ({ ...one, file: fileMentioning(one.name, known, by) });
}

function fileMentioning(
  name: string,
  revisions: readonly KnownRevision[],
  { dialect, sql: reader }: { readonly dialect: DialectName; readonly sql: SqlReader },
): string | null {
  // Most statements need not be read; a name of other characters, or with escapes, may be spelled in several ways.
  const mayMention = (sql: string) =>
    !/^\w+$/.test(name) || /\bu&/i.test(sql) || sql.toLowerCase().includes(name.toLowerCase());
  const found = revisions.findLast((revision) =>
    statementsOf(revision, dialect, 'up')?.some(
      (sql) => mayMention(sql) && reader.names(sql, name) !== false,
    ),
  );
  return found ? `${found.stamp}-${found.id.slice(0, -String(found.stamp).length)}.ts` : null;
}

/** @throws GenerateError with the words of a database that does not rename something */
async function rename(dataSource: DataSource, statements: readonly string[]): Promise<void> {
  for (const sql of statements)
    await dataSource.query(sql).catch((error: unknown) => {
      throw new GenerateError(
        `${databaseOf(dataSource).title} refuses the rename: ${sql}: ${databaseWords(error).replace(/\.$/, '')}. ` +
          'Drop what prevents it in a revision of its own first, or write the revision by hand: npm run -s db -- create Name',
        { cause: error },
      );
    });
}

/** Names of dropped or renamed objects, which no entity has any more. */
function goneBySaying({ drops, renamedTables }: ConfirmationOptions): readonly string[] {
  return [...drops, ...renamedTables.map(oldName)];
}

function oldName(words: string): string {
  return words.slice(0, Math.max(words.lastIndexOf(':'), 0));
}

async function besideSnapshot(
  dataSource: DataSource,
  { asFound, specials, domains }: ReadSchema,
  confirmed: SchemaModel,
): Promise<CanonicalSides> {
  const head = asDeclared(asFound, confirmed, { dataSource, specials, domains });
  const within = (names: readonly { readonly name: string }[], { name }: { readonly name: string }) =>
    names.some((one) => one.name === name);
  const own: SchemaModel = {
    ...head,
    tables: head.tables.filter((table) => within(confirmed.tables, table)),
    enums: head.enums.filter((type) => within(confirmed.enums, type)),
  };
  const { live, desired } = await canonical(dataSource, {
    live: own,
    desired: { ...own, tables: withLivePartitions(confirmed, own).tables, enums: confirmed.enums },
  });
  return { live, confirmed: desired };
}
