import { ProofFailedError, UnsaidChangesError } from '../errors/generate.js';
import type { DialectName } from '../dialect/dialect.js';
import type { Change } from '../schema/change.js';
import type { SchemaModel } from '../schema/model.js';
import { expressionsOf } from '../schema/expressions-of.js';
import type { Settings } from '../settings.js';
import { riskyChanges, type RiskyChange } from './lossy.js';
import type { DialectGroups, RevisionPart, Said } from './move.js';
import { partsOf } from './parts.js';
import { renameMoves } from './postgres/renames.js';
import { renderPostgres, type PostgresPart } from './postgres/render.js';
import { PostgresNames } from './postgres/sql.js';
import { proveRevisions } from './proof.js';
import { readDialect, type DialectReading } from './read-dialect.js';
import { revisionClass } from './revision-class.js';
import { parseConsent, saidOf, type GenerateWords } from './said.js';
import { withScratchDatabases, type ScratchDatabases } from './scratch-databases.js';
import type { ScratchSources } from './scratch-sources.js';
import { assertCurrent, readSnapshot, type Snapshot } from './snapshot.js';
import { renderSqlite } from './sqlite/render.js';
import { sqliteRenames } from './sqlite-renames.js';

/** What a revision is generated from. */
export interface GenerateRequest {
  readonly sources: ScratchSources;
  readonly settings: Pick<Settings, 'scratch'>;
  /** Where the revisions and the snapshot are. */
  readonly folder: string;
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** Of the first revision; the others follow it by a millisecond each. */
  readonly stamp: number;
  readonly words: GenerateWords;
}

/** A revision that was generated, and where it belongs. */
export interface GeneratedRevision {
  /** The class name. */
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: RevisionPart;
}

/** What leads from head to the entities, proved and not written yet. */
export interface Generated {
  /** None when the entities say nothing new. */
  readonly revisions: readonly GeneratedRevision[];
  /** What differs, once everything that was said to be renamed is, by dialect. */
  readonly changes: Readonly<Partial<Record<DialectName, readonly Change[]>>>;
  /** The schema at the new head. */
  readonly snapshot: Snapshot;
  /** What the person who generates should know. */
  readonly warnings: readonly string[];
}

/**
 * Generates what leads from head to the entities: one revision, or several with consecutive stamps where being online
 * on PostgreSQL takes several. It is proved on scratch databases, and connects to no other one.
 *
 * @throws UnsaidChangesError for what may lose data, or lock a table for long, and was not said
 * @throws ProofFailedError, SnapshotStaleError, ScratchDatabaseError, UsageError
 */
export async function generate(request: GenerateRequest): Promise<Generated> {
  const snapshot = await readSnapshot(request.folder);
  return withScratchDatabases(request.settings, request.sources, async (databases) => {
    const readings = await readAll(databases, { snapshot, words: request.words });
    const revisionIds = readings[0]?.revisions ?? [];
    const spelled = readings.flatMap(({ beside }) => beside ?? []);
    if (snapshot) assertCurrent(snapshot, revisionIds, { folder: request.folder, spelled });
    const parts = await render(readings, request.words);
    const revisions = parts.map((part, index) => named(request, part, index));
    const warnings = readings.flatMap(({ leftAlone }) => leftAlone).map(leftAloneWords);
    const head = revisions.at(-1)?.id ?? revisionIds.at(-1) ?? null;
    const changes = Object.fromEntries(readings.map((reading) => [reading.dialect, reading.changes]));
    if (revisions.length === 0)
      return { revisions, changes, snapshot: { head, schemas: headsOf(readings) }, warnings };
    const proved = await proveAll(databases, readings, revisions);
    return {
      revisions,
      changes,
      snapshot: { head, schemas: proved.schemas },
      warnings: [...new Set([...warnings, ...proved.warnings])],
    };
  });
}

/** One dialect after the other, so that a machine runs one database at a time. */
async function readAll(
  databases: ScratchDatabases,
  given: Parameters<typeof readDialect>[1],
): Promise<readonly DialectReading[]> {
  const readings: DialectReading[] = [];
  for (const dialect of databases.dialects)
    readings.push(await databases.lend(dialect, [], (dataSource) => readDialect(dataSource, given)));
  return readings;
}

async function render(
  readings: readonly DialectReading[],
  words: GenerateWords,
): Promise<readonly RevisionPart[]> {
  const said = consented(readings, words);
  const postgres = readings.find(({ dialect }) => dialect === 'postgres');
  const sqlite = readings.find(({ dialect }) => dialect === 'sqlite');
  const isVolatile = await volatility(postgres?.to);
  const parts = postgres ? postgresParts(postgres, said, isVolatile) : [];
  const groups = sqlite ? sqliteGroups(sqlite, said) : { up: [], down: [] };
  return parts.length === 0 && groups.up.length === 0 ? [] : partsOf(parts, groups);
}

/** @throws UnsaidChangesError */
function consented(readings: readonly DialectReading[], words: GenerateWords): Said {
  const changes = readings.flatMap((reading) => reading.changes);
  const asked = { drops: [], backfills: new Map(), allowRewrite: true };
  const needed = readings
    .flatMap((reading) => riskyChanges(reading.dialect, reading.changes, asked))
    .filter(({ kind }) => kind === 'required-column')
    .map(({ table, column }) => `${table}.${column ?? ''}`);
  const consent = parseConsent(words, changes, needed);
  const unsaid = readings.flatMap((reading) => riskyChanges(reading.dialect, reading.changes, consent));
  if (unsaid.length > 0) throw new UnsaidChangesError(once(unsaid));
  const [first] = readings;
  const head = readings.find(({ dialect }) => dialect === 'postgres')?.head;
  return saidOf(consent, first?.renames ?? [], head);
}

/** Both dialects say the same of one column. */
function once(changes: readonly RiskyChange[]): readonly RiskyChange[] {
  const byPlace = changes.map(
    (change) => [`${change.kind} ${change.table} ${change.column ?? ''}`, change] as const,
  );
  return [...new Map([...byPlace].reverse()).values()].reverse();
}

function postgresParts(
  { from, to, head, renames, defaultSchema }: DialectReading,
  said: Said,
  isVolatile: (sql: string) => boolean,
): readonly PostgresPart[] {
  const moves = renameMoves(renames, new PostgresNames(defaultSchema), head);
  return renderPostgres({ from, to }, { said, defaultSchema, isVolatile, renames: moves });
}

function sqliteGroups({ from, to, renames }: DialectReading, said: Said): DialectGroups {
  const [renamed, rendered] = [sqliteRenames(renames), renderSqlite({ from, to }, said)];
  return { up: [...renamed.up, ...rendered.up], down: [...rendered.down, ...renamed.down] };
}

function named({ name, stamp }: GenerateRequest, part: RevisionPart, index: number): GeneratedRevision {
  const own = { name: `${name}${part.suffix}`, stamp: stamp + index };
  return { ...own, id: `${own.name}${own.stamp}`, part };
}

function headsOf(readings: readonly DialectReading[]): Snapshot['schemas'] {
  return Object.fromEntries(readings.map(({ dialect, from }) => [dialect, from]));
}

interface Proved {
  readonly schemas: Snapshot['schemas'];
  readonly warnings: readonly string[];
}

async function proveAll(
  databases: ScratchDatabases,
  readings: readonly DialectReading[],
  revisions: readonly GeneratedRevision[],
): Promise<Proved> {
  const classes = revisions.map(({ id, part }) => revisionClass(id, part));
  const schemas: [DialectName, SchemaModel][] = [];
  const warnings: string[] = [];
  for (const reading of readings) {
    const proof = await databases.lend(reading.dialect, classes, (dataSource) =>
      proveRevisions(dataSource, reading),
    );
    if (proof.broken.length > 0) throw new ProofFailedError(proof.broken);
    schemas.push([reading.dialect, proof.schema]);
    warnings.push(...proof.empty.map(emptyWords));
  }
  return { schemas: Object.fromEntries(schemas), warnings };
}

function leftAloneWords(table: string): string {
  return `${table}: no entity speaks of this table, so it is left alone; --drop ${table} drops it`;
}

function emptyWords({ table, reason }: { readonly table: string; readonly reason: string }): string {
  return `${table}: no row could be made for it, so nothing is proved of its rows: ${reason}`;
}

/** Which defaults are another value for each row. */
async function volatility(to: SchemaModel | undefined): Promise<(sql: string) => boolean> {
  const defaults = (to?.tables ?? [])
    .flatMap(expressionsOf)
    .filter(({ use }) => use === 'default')
    .map(({ sql }) => sql);
  const volatile = new Set<string>();
  for (const sql of new Set(defaults)) if (await isVolatileExpression(sql)) volatile.add(sql);
  return (sql) => volatile.has(sql);
}

function isVolatileExpression(sql: string): Promise<boolean> {
  return Promise.resolve(
    /\b(random|clock_timestamp|gen_random_uuid|uuid_generate_v4|nextval)\s*\(/.test(sql),
  );
}
