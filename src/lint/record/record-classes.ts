/** Finds out what the hand-written classes of a history send: without a database, and where that fails on a scratch one. */

import type { DataSource } from 'typeorm';
import type { Direction } from '../../databases/direction.js';
import { DATABASES, type DialectName, type KnownDatabase } from '../../databases/registry.js';
import { isOwnError, messageOf } from '../../errors/base.js';
import { statementsOf, type KnownRevision } from '../../migrator/revision.js';
import { withScratchDatabases } from '../../scratch/scratch-databases.js';
import { scratchSourcesOf, type ScratchSources } from '../../scratch/scratch-sources.js';
import type { ScratchSettings } from '../../settings.js';
import type { LintNote } from '../finding.js';
import { recordOffline } from './offline.js';
import { recordHistory, type ScratchFindings } from './on-scratch.js';
import { unknown, type Recording, type Recordings } from './recording.js';

/** How classes that ask the database something are recorded. */
export interface RecordingOptions {
  /** Where scratch databases are created; without it none are, and such classes are not linted. */
  readonly settings?: () => ScratchSettings;
  /** Aborts it; the scratch databases are dropped first. */
  readonly signal?: AbortSignal;
}

/** A history, oldest first. */
interface History {
  readonly revisions: readonly KnownRevision[];
  /** Those that are linted; the others are read for the schema. */
  readonly chosen: ReadonlySet<string>;
}

/** What is known of the hand-written classes of a history. */
export interface RecordedClasses {
  readonly recordings: Recordings;
  readonly notes: readonly LintNote[];
}

/** Of a history without such classes, or without a DataSource. */
export const NOTHING_RECORDED: RecordedClasses = { recordings: new Map(), notes: [] };

/** How long a class may run on a scratch database: one that waits for its own lock would wait forever. */
const CLASS_LIMIT_MS = 60_000;

/** One way of one class in one dialect. */
type Ways = Record<Direction, Recording>;

/**
 * Records the classes that were written by hand. It connects to scratch databases only.
 *
 * @throws ScratchDatabaseError, ScratchUnreachableError, WrongScratchDatabaseError for the server of SCRATCH_DATABASE_URL
 */
export async function recordClasses(
  dataSource: DataSource,
  history: History,
  options: RecordingOptions,
): Promise<RecordedClasses> {
  const classes = history.revisions.filter(isHandWritten);
  if (classes.length === 0) return NOTHING_RECORDED;
  const sources = scratchSourcesOf(dataSource);
  const recordings = new Map<string, Partial<Record<DialectName, Ways>>>();
  const notes: LintNote[] = [];
  for (const database of DATABASES.filter(({ name }) => sources[name] !== undefined)) {
    const offline = await recordedOffline(database, sources, classes);
    const { ways, notes: more } = await completed({ database, sources, history, options }, offline);
    for (const [id, own] of ways) recordings.set(id, { ...recordings.get(id), [database.name]: own });
    notes.push(...more);
  }
  return { recordings, notes };
}

/** Whether its statements are unknown before it runs. */
function isHandWritten(revision: KnownRevision): boolean {
  return DATABASES.every(({ name }) => statementsOf(revision, name, 'up') === undefined);
}

async function recordedOffline(
  database: KnownDatabase,
  sources: ScratchSources,
  classes: readonly KnownRevision[],
): Promise<ReadonlyMap<string, Ways>> {
  const dataSource = given(sources[database.name]?.(database.offlineTarget, []));
  const found = new Map<string, Ways>();
  for (const revision of classes)
    found.set(revision.id, {
      up: await recordOffline({ dataSource, database }, revision, 'up'),
      down: await recordOffline({ dataSource, database }, revision, 'down'),
    });
  return found;
}

function given(dataSource: DataSource | undefined): DataSource {
  if (!dataSource) throw new TypeError('No DataSource for this dialect.');
  return dataSource;
}

/** A run on the scratch database of one dialect. */
interface ScratchRequest {
  readonly database: KnownDatabase;
  readonly sources: ScratchSources;
  readonly history: History;
  readonly options: RecordingOptions;
}

/**
 * The recordings without a database, with those on a scratch database in place of what is not complete. A way down says
 * nothing about the schema of later revisions, so it is run only of those that are linted.
 */
async function completed(
  request: ScratchRequest,
  offline: ReadonlyMap<string, Ways>,
): Promise<{ readonly ways: ReadonlyMap<string, Ways>; readonly notes: readonly LintNote[] }> {
  const { chosen } = request.history;
  const wanted = (id: string) =>
    openWays(offline.get(id)).filter((direction) => direction === 'up' || chosen.has(id));
  const open = [...offline.keys()].filter((id) => wanted(id).length > 0);
  if (open.length === 0 || !request.options.settings) return { ways: offline, notes: [] };
  const found: ScratchFindings = { recordings: new Map(), failures: new Map() };
  const problem = await onScratch(request, found, wanted);
  const ways = new Map([...offline].map(([id, own]) => [id, { ...own, ...found.recordings.get(id) }]));
  const first = open.filter((id) => chosen.has(id)).slice(0, 1);
  if (problem === null) return { ways, notes: failureNotes(found, open) };
  return { ways, notes: first.map((revision) => ({ revision, message: problem })) };
}

function openWays(ways: Ways | undefined): readonly Direction[] {
  return (['up', 'down'] as const).filter((direction) => ways?.[direction].gap?.kind === 'unknown');
}

/** Fills in what is found. Returns why there is no scratch database; null where there is. */
async function onScratch(
  { database, sources, history, options }: ScratchRequest,
  found: ScratchFindings,
  wanted: (id: string) => readonly Direction[],
): Promise<string | null> {
  const settings = options.settings?.() ?? {};
  const limit = new ClassLimit(found);
  const signal = AbortSignal.any([limit.signal, ...(options.signal ? [options.signal] : [])]);
  const last = history.revisions.findLastIndex(({ id }) => wanted(id).length > 0);
  const needs = { settings, sources: { [database.name]: sources[database.name] }, signal };
  try {
    await withScratchDatabases(needs, (databases) =>
      databases.lend(database.name, [], (dataSource) =>
        recordHistory(
          { dataSource, database, wanted, limited: (id, body) => limit.around(id, body) },
          history.revisions.slice(0, last + 1),
          found,
        ),
      ),
    );
    return null;
  } catch (error) {
    if (error === limit.signal.reason) return null;
    // A database that was named and cannot be used is a failure.
    const isMissing = codeOf(error) === 'SCRATCH_DATABASE' && settings.scratch === undefined;
    if (isMissing || codeOf(error) === 'GENERATE_FAILED')
      return `recorded without a scratch database, which classes that read the database need: ${messageOf(error)}`;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return isOwnError(error) ? error.code : '';
}

/** Ends a run on a scratch database in which a class takes too long. */
class ClassLimit {
  readonly #over = new AbortController();

  constructor(private readonly found: ScratchFindings) {}

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  around(id: string, body: () => Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.#end(id), CLASS_LIMIT_MS);
    return body().finally(() => clearTimeout(timer));
  }

  #end(id: string): void {
    const words = `it does not end within ${CLASS_LIMIT_MS / 1000} s`;
    this.found.failures.set(id, words);
    this.found.recordings.set(id, { up: unknown(`it fails on a scratch database: ${words}`) });
    this.#over.abort(new Error(words));
  }
}

/** Later classes are recorded on a schema that lacks what a failed one does. */
function failureNotes({ failures }: ScratchFindings, open: readonly string[]): readonly LintNote[] {
  const [first, ...others] = failures;
  if (!first || open.every((id) => failures.has(id))) return [];
  const more = others.length === 0 ? '' : `, as do ${others.length} later revisions`;
  return [
    {
      revision: first[0],
      message: `fails on a scratch database${more}: ${first[1]}. Classes that read the database were recorded without what it changes`,
    },
  ];
}
