import type { DataSource, MigrationInterface } from 'typeorm';
import { loadParser, type Parser } from '../databases/postgres/parse/parser.js';
import { DATABASES, type DialectName, type KnownDatabase } from '../databases/registry.js';
import { NothingLintedError } from '../errors/lint.js';
import { loadRevisions } from '../migrator/load-revisions.js';
import { orderRevisions, type KnownRevision } from '../migrator/revision.js';
import { replacedByIn, withoutReplaced } from '../migrator/replaced.js';
import { namedIds, resolveName } from '../migrator/target.js';
import type { Finding, LintNote, LintReport } from './finding.js';
import {
  NOTHING_RECORDED,
  recordClasses,
  type RecordedClasses,
  type RecordingOptions,
} from './record/record-classes.js';
import { judgeGroup } from './run-rules.js';
import { emptySchema, type KnownSchema } from './replay/known-schema.js';
import {
  columnGroups,
  readRevision,
  statementsIn,
  type LintGroup,
  type LintRevision,
} from './read-revisions.js';
import { schemaAfter, traceGroup } from './replay/trace.js';
import { acceptedNotes, refusalNotes, unlintedWays } from './unlinted.js';

/** Which part of a history to lint; all of it is read, since earlier revisions define what a statement means. */
export interface LintSelection {
  /** Only those whose id contains one of these names. */
  readonly revisions?: readonly string[];
  /** Only those after this one, by id or an unambiguous part of one; those in `revisions` are linted in any case. */
  readonly after?: string;
  /** Only these ids, those that are new for example; those in `revisions` are linted in any case. */
  readonly only?: readonly string[];
}

/** What to lint of a DataSource, and how its hand-written classes are recorded. */
export interface LintOptions extends LintSelection, RecordingOptions {}

/**
 * Looks for dangerous statements in revisions. No database is needed. Only `lintDataSource` knows the statements of
 * classes that were written by hand.
 *
 * @param revisions migration classes, made: the whole history, in any order
 * @throws UsageError for a revision that is not there
 * @throws RevisionInvalidError for a history that cannot be run, and for exceptions of a class without reasons
 */
export async function lint(
  revisions: readonly MigrationInterface[],
  options: LintSelection = {},
): Promise<LintReport> {
  const known = withoutReplaced(orderRevisions(revisions));
  const chosen = chosenIds(known, options);
  return lintKnown({ known, chosen, parser: await loadParser(), recorded: NOTHING_RECORDED });
}

/**
 * The same for the migrations of a DataSource. It is not connected for that, and no copy of it but to scratch databases.
 *
 * @throws NothingLintedError where it has no migrations
 * @throws ScratchDatabaseError, ScratchUnreachableError, WrongScratchDatabaseError for the server of SCRATCH_DATABASE_URL
 */
export async function lintDataSource(dataSource: DataSource, options: LintOptions = {}): Promise<LintReport> {
  const known = withoutReplaced(await loadRevisions(dataSource));
  if (known.length === 0) throw new NothingLintedError([]);
  const chosen = chosenIds(known, options);
  const parser = await loadParser();
  const last = known.findLastIndex(({ id }) => chosen.has(id));
  const history = { revisions: known.slice(0, last + 1), chosen };
  return lintKnown({ known, chosen, parser, recorded: await recordClasses(dataSource, history, options) });
}

/** A history, the part of it that is linted, and the statements of its hand-written classes. */
interface Request {
  readonly known: readonly KnownRevision[];
  readonly chosen: ReadonlySet<string>;
  readonly parser: Parser;
  readonly recorded: RecordedClasses;
}

function lintKnown({ known, chosen, parser, recorded }: Request): LintReport {
  const revisions = known.map((revision) =>
    readRevision(revision, parser, recorded.recordings.get(revision.id)),
  );
  const groups = columnGroups(revisions);
  const databases = DATABASES.filter(({ name }) => hasStatements(groups, name));
  const selected = revisions.filter(({ id }) => chosen.has(id));
  const open = selected.filter((revision) => unlintedWays(revision, databases).length > 0);
  const unlinted = open.filter(({ exceptions }) => exceptions.unlinted === null);
  return {
    findings: findingsIn(groups, databases, chosen),
    notes: [
      ...recorded.notes,
      ...selected.flatMap(refusalNotes),
      ...open.flatMap(acceptedNotes),
      ...groups.flatMap((group) => groupNotes(group, chosen)),
    ],
    revisions: selected.length - open.length,
    unlinted: unlinted.flatMap((revision) => unlintedWays(revision, databases)),
  };
}

function chosenIds(
  known: readonly KnownRevision[],
  { revisions = [], after, only }: LintSelection,
): ReadonlySet<string> {
  const ids = known.map(({ id }) => id);
  const places = replacedByIn(known);
  const start = after === undefined ? 0 : ids.indexOf(resolveName(after, ids, places)) + 1;
  if (revisions.length > 0) return new Set(revisions.flatMap((name) => namedIds(name, ids, places)));
  return new Set(ids.slice(start).filter((id) => only?.includes(id) ?? true));
}

/**
 * Goes through the history group by group, up to the last one that is linted, with the schema of both dialects as it is
 * then.
 */
function findingsIn(
  groups: readonly LintGroup[],
  databases: readonly KnownDatabase[],
  chosen: ReadonlySet<string>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const schemas = new Map<DialectName, KnownSchema>();
  const before = (name: DialectName) => schemas.get(name) ?? emptySchema(name);
  const isChosen = (group: LintGroup) => group.some(({ id }) => chosen.has(id));
  for (const group of groups.slice(0, groups.findLastIndex(isChosen) + 1)) {
    if (!isChosen(group)) {
      for (const { name } of databases) schemas.set(name, schemaAfter(group, name, before(name)));
      continue;
    }
    const traces = databases.map((database) => ({
      database,
      traces: traceGroup(group, database.name, before(database.name)),
    }));
    findings.push(...judgeGroup({ group, traces }));
    for (const { database, traces: own } of traces) schemas.set(database.name, own.up.end);
  }
  return findings.filter(({ revision }) => chosen.has(revision));
}

function hasStatements(groups: readonly LintGroup[], dialect: DialectName): boolean {
  return groups.some((group) =>
    (['up', 'down'] as const).some((direction) => statementsIn(group, dialect, direction).length > 0),
  );
}

/**
 * A group that no generator wrote may be one by chance: its revisions are judged as if they ran together. The generator
 * begins the names of a group with that of its first revision, and did so before it noted proofs.
 */
function groupNotes(group: LintGroup, chosen: ReadonlySet<string>): readonly LintNote[] {
  const [first] = group;
  const isLinted = group.some(({ id }) => chosen.has(id));
  if (!first || group.length < 2 || !isLinted || group.some(({ proof }) => proof !== '')) return [];
  if (group.every(({ id }) => id.startsWith(wordsOf(first)))) return [];
  const others = group.slice(1).map(({ id }) => id);
  return [
    {
      revision: first.id,
      message: `linted as one group with ${others.join(', ')}, since each stamp is one millisecond after the one before. If they run at different times, give them stamps that are at least 2 ms apart`,
    },
  ];
}

/** The name without its stamp. */
function wordsOf({ id, stamp }: LintRevision): string {
  return id.slice(0, -String(stamp).length);
}
