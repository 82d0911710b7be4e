/** Writes the script of a run. offline.ts takes its parts from a DataSource, a command from a manifest. */

import type { Database } from '../databases/database.js';
import { databaseNamed, type DialectName, type KnownDatabase } from '../databases/registry.js';
import { isOwnError, messageOf } from '../errors/base.js';
import { ScriptError } from '../errors/migration.js';
import { toolName } from '../package-version.js';
import { RELEASE_TIMEOUT_MS } from './gate.js';
import { newestOf, planScript, rangeOf, recordsBefore, type PlannedScript } from './offline-plan.js';
import { historyOf } from './history.js';
import type { RecordTables } from '../databases/records/tables.js';
import type { Direction } from '../databases/direction.js';
import { runningOf } from './proof-checksum.js';
import { lastContract, phaseRecordOf } from './release-phase.js';
import { replacedIds, replacesIn } from './replaced.js';
import { checksumsOf, statementsOf, written, type KnownRevision } from './revision.js';
import { assertRunNumbers, limitsFor, runLimits, type RunLimits } from './run-limits.js';
import { NotOffline } from '../databases/inlining.js';
import type { ScriptStep } from '../databases/script/script.js';
import { factsOf } from './state.js';
import { shortList } from '../text/short-list.js';

/** What script to write. */
export interface ScriptOptions extends PlannedScript {
  /** Default: that of the DataSource. */
  readonly dialect?: DialectName;
  /** As for a run; a revision's own come first. */
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  /** How long a process counts after its last heartbeat; default 10 minutes. */
  readonly releaseTimeoutMs?: number;
  /** Whether contract revisions run although older releases may be connected; default false. */
  readonly forceContract?: boolean;
}

/** What a script is written from. */
export interface ScriptParts {
  /** That of the DataSource; the options may want another one. */
  readonly own: KnownDatabase;
  /** Those of the code, in the order of their stamps. */
  readonly revisions: readonly KnownRevision[];
  readonly tablesOn: (database: Database) => RecordTables;
  /** How classes written by hand are recorded; undefined where every revision is a list of statements. */
  readonly byHand?: ByHand;
}

/** What the classes of a project do that are no lists of statements. */
export interface ByHand {
  /** The statements that a class sends. */
  readonly record: (revision: KnownRevision, direction: Direction) => Promise<readonly string[]>;
  /** What TypeORM would do before the first of them. */
  readonly prepare: () => Promise<readonly string[]>;
}

/** As writeScript does. */
export async function scriptFrom(parts: ScriptParts, options: ScriptOptions): Promise<string> {
  assertRunNumbers(options);
  const { direction } = options;
  const { own } = parts;
  const database = options.dialect === undefined ? own : databaseNamed(options.dialect);
  const revisions = written(parts.revisions, database.name);
  const facts = factsOf(revisions, database.name);
  const { steps } = planScript(facts, options);
  const ids = historyOf(facts, []).known.map(({ id }) => id);
  const stamped = steps.filter(({ kind }) => kind === 'stamp').map(({ revision }) => revision);
  const before = recordsBefore(facts, steps, options);
  const context = { byHand: parts.byHand, own, database, ids, stamped, before, limits: limitsIn(options) };
  const scriptSteps = await scriptStepsOf(
    context,
    steps.flatMap(({ revision: id }) => revisions.filter((known) => known.id === id)),
    options,
  );
  const lines = database.script({
    tables: parts.tablesOn(database),
    direction,
    steps: scriptSteps,
    migrations: revisions.map(({ migration }) => migration),
    tool: toolName(),
    lastContract: lastContract(revisions),
    gate: options.forceContract ? null : { releaseTimeoutMs: options.releaseTimeoutMs ?? RELEASE_TIMEOUT_MS },
  });
  return `${lines.join('\n')}\n`;
}

/** A revision that no script can hold. */
interface Refused {
  readonly id: string;
  readonly why: string;
  readonly cause: unknown;
}

/** @throws ScriptError naming the revisions that no script can hold, and the range behind the last of them */
async function scriptStepsOf(
  context: StepContext,
  revisions: readonly KnownRevision[],
  options: ScriptOptions,
): Promise<readonly ScriptStep[]> {
  const steps: ScriptStep[] = [];
  const refused: Refused[] = [];
  for (const revision of revisions)
    try {
      steps.push(await scriptStep(context, revision, options.direction));
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      refused.push({ id: revision.id, why: whyOnline(cause), cause });
    }
  const [first, ...others] = refused;
  if (!first) return prepared(context, revisions, steps);
  const rest = restBehind(
    others.at(-1) ?? first,
    revisions.map(({ id }) => id),
    options,
  );
  throw new ScriptError(scriptRefusal(options, [first, ...others], rest), { cause: first.cause });
}

/** The first class that is not a list of statements begins with what TypeORM would have done before it. */
async function prepared(
  { byHand, own, database, stamped }: StepContext,
  revisions: readonly KnownRevision[],
  steps: readonly ScriptStep[],
): Promise<readonly ScriptStep[]> {
  const first = revisions.findIndex(
    (revision) => !stamped.includes(revision.id) && statementsOf(revision, database.name, 'up') === undefined,
  );
  if (first < 0 || !byHand || database !== own || steps[first]?.direction !== 'up') return steps;
  const statements = await byHand.prepare();
  return steps.map((step, index) =>
    index === first ? { ...step, statements: [...statements, ...step.statements] } : step,
  );
}

/** Where online work ends and a script can go on; undefined where no revision is left. */
function restBehind(
  { id }: Refused,
  ids: readonly string[],
  { direction, target }: ScriptOptions,
): string | undefined {
  const next = ids[ids.indexOf(id) + 1];
  if (next === undefined) return undefined;
  const at = direction === 'up' ? id : next;
  const { to } = rangeOf(target, direction);
  return `${direction} ${at}, then write a script for the rest: ${direction} ${at}..${to} --sql`;
}

function scriptRefusal(
  { direction }: ScriptOptions,
  [{ id, why }, ...others]: readonly [Refused, ...Refused[]],
  rest: string | undefined,
): string {
  const more = others.length === 0 ? '' : ` The same is true of ${shortList(others.map((one) => one.id))}.`;
  return (
    `${id}: written by hand, and its ${direction} cannot be recorded without a database: ${why}.${more} ` +
    `No script was written. Declare its statements as lists (class ... extends Revision), or ${rest === undefined ? 'migrate online.' : `run ${rest}`}`
  );
}

/** A class that reaches into the driver fails with the driver's own words. */
function whyOnline(error: unknown): string {
  const words = messageOf(error).replace(/\.$/, '');
  return error instanceof NotOffline ? words : `it fails without a connection (${words})`;
}

interface StepContext {
  readonly byHand: ByHand | undefined;
  /** That of the DataSource, and that of the script. */
  readonly own: Database;
  readonly database: Database;
  readonly ids: readonly string[];
  /** Those that are only recorded, since the script begins at the last one that they replace. */
  readonly stamped: readonly string[];
  /** The newest record before each revision; only where contract revisions may have been overtaken. */
  readonly before: ReadonlyMap<string, string | null>;
  readonly limits: RunLimits;
}

function recordBefore({ ids, before }: StepContext, id: string): string | null {
  const newest = before.get(id);
  return newest === undefined ? (ids[ids.indexOf(id) - 1] ?? null) : newest;
}

async function scriptStep(
  context: StepContext,
  revision: KnownRevision,
  direction: Direction,
): Promise<ScriptStep> {
  const { name: dialect, capabilities } = context.database;
  const { id, stamp, description, migration } = revision;
  const stamped = context.stamped.includes(id);
  const replaces = replacedIds(replacesIn(migration));
  const statements = stamped
    ? []
    : (statementsOf(revision, dialect, direction) ?? (await recorded(context, revision, direction)));
  const outside =
    capabilities.nonTransactionalStatements && migration.transaction === false && statements.length > 0;
  return {
    id,
    stamp,
    description,
    direction,
    statements,
    running: runningOf(revision, direction),
    transaction: !outside,
    limits: limitsFor(migration, outside, context.limits),
    answerTimeoutMs: limitsFor(migration, false, context.limits).lockTimeoutMs,
    checksums: checksumsOf(revision, dialect),
    stamped,
    replaces,
    phase: phaseRecordOf(revision, dialect),
    before: stamped ? (newestOf(replaces) ?? null) : recordBefore(context, id),
  };
}

/** The one for a statement holds in and outside transactions. */
function limitsIn({ lockTimeoutMs, statementTimeoutMs }: ScriptOptions): RunLimits {
  return runLimits({
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    ...(statementTimeoutMs === undefined
      ? {}
      : { statementTimeoutMs, nonTransactionalTimeoutMs: statementTimeoutMs }),
  });
}

async function recorded(
  { byHand, own, database }: StepContext,
  revision: KnownRevision,
  direction: Direction,
): Promise<readonly string[]> {
  if (database !== own || !byHand)
    throw new ScriptError(
      `${revision.id}: written by hand, so its statements for ${database.name} are unknown; the DataSource is for ${own.name}.`,
    );
  return byHand.record(revision, direction);
}
