import type { DataSource, MigrationInterface } from 'typeorm';
import { DATABASES, type DialectName } from '../databases/registry.js';
import { loadRevisions } from '../migrator/load-revisions.js';
import { orderRevisions, type KnownRevision } from '../migrator/revision.js';
import { withoutReplaced } from '../migrator/replaced.js';
import { namedIds, resolveName } from '../migrator/target.js';
import type { Finding, LintNote, LintReport } from './finding.js';
import { judgeGroup } from './run-rules.js';
import { emptySchema, type KnownSchema } from './replay/known-schema.js';
import { columnGroups, readRevision, statementsIn, type LintGroup, type LintRevision } from './revisions.js';
import { loadParser } from '../databases/postgres/parse/parser.js';
import { traceGroup } from './trace.js';

/** Which part of a history to lint; all of it is read, since earlier revisions define what a statement means. */
export interface LintOptions {
  /** Only those whose id contains one of these names. */
  readonly revisions?: readonly string[];
  /** Only those after this one, by id or an unambiguous part of one; those in `revisions` are linted in any case. */
  readonly after?: string;
}

/**
 * Looks for dangerous statements in revisions. No database is needed.
 *
 * @param revisions migration classes, made: the whole history, in any order
 * @throws UsageError for a revision that is not there
 * @throws RevisionInvalidError for a history that cannot be run
 */
export async function lint(
  revisions: readonly MigrationInterface[],
  options: LintOptions = {},
): Promise<LintReport> {
  return await lintKnown(withoutReplaced(orderRevisions(revisions)), options);
}

/** The same for the migrations of a DataSource, which is not connected for that. */
export async function lintDataSource(dataSource: DataSource, options: LintOptions = {}): Promise<LintReport> {
  return lintKnown(withoutReplaced(await loadRevisions(dataSource)), options);
}

async function lintKnown(known: readonly KnownRevision[], options: LintOptions): Promise<LintReport> {
  const chosen = new Set(
    chosenIds(
      known.map(({ id }) => id),
      options,
    ),
  );
  const parser = await loadParser();
  const revisions = known.map((revision) => readRevision(revision, parser));
  const linted = revisions.filter(({ id }) => chosen.has(id));
  return {
    findings: findingsIn(revisions, chosen),
    notes: [
      ...linted.filter(({ statements }) => statements === null).map(noteOf),
      ...columnGroups(revisions).flatMap((group) => groupNotes(group, chosen)),
    ],
    revisions: linted.length,
  };
}

function chosenIds(ids: readonly string[], { revisions = [], after }: LintOptions): readonly string[] {
  const start = after === undefined ? 0 : ids.indexOf(resolveName(after, ids)) + 1;
  return revisions.length > 0 ? revisions.flatMap((name) => namedIds(name, ids)) : ids.slice(start);
}

/** Goes through the history group by group, with the schema of both dialects as it is then. */
function findingsIn(revisions: readonly LintRevision[], chosen: ReadonlySet<string>): readonly Finding[] {
  const groups = columnGroups(revisions);
  const databases = DATABASES.filter(({ name }) => hasStatements(groups, name));
  const findings: Finding[] = [];
  const schemas = new Map<DialectName, KnownSchema>();
  for (const group of groups) {
    const traces = databases.map((database) => ({
      database,
      traces: traceGroup(group, database.name, schemas.get(database.name) ?? emptySchema(database.name)),
    }));
    if (group.some(({ id }) => chosen.has(id))) findings.push(...judgeGroup({ group, traces }));
    for (const { database, traces: own } of traces) schemas.set(database.name, own.up.end);
  }
  return findings.filter(({ revision }) => chosen.has(revision));
}

function hasStatements(groups: readonly LintGroup[], dialect: DialectName): boolean {
  return groups.some((group) =>
    (['up', 'down'] as const).some((direction) => statementsIn(group, dialect, direction).length > 0),
  );
}

function noteOf({ id }: LintRevision): LintNote {
  return {
    revision: id,
    message: 'written by hand, without lists of statements, so lint cannot read it',
  };
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
