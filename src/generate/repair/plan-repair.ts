/** Plans the statements that lead a live schema to the entities. It executes nothing and writes nothing. */

import type { DataSource } from 'typeorm';
import {
  NO_CONFIRMED_VALUES,
  type PlannedPart,
  type PlanReading,
  type StatementGroup,
} from '../../databases/planning.js';
import type { Planner } from '../../databases/planner.js';
import { withReadOnlyConnection } from '../../databases/read-only-connection.js';
import { databaseOf } from '../../databases/registry.js';
import type { LiveSchema } from '../../databases/live-schema.js';
import { NO_VIEWS, type ViewFacts } from '../../databases/view-facts.js';
import type { TableModel, ViewModel } from '../../schema/model.js';
import type { AcceptedDrift } from '../../drift/accepted/accepted-file.js';
import { applyAccepted } from '../../drift/accepted/apply-accepted.js';
import { byOrigin } from '../../drift/check-subject.js';
import { subjectOf } from '../../drift/entities-subject.js';
import { compareSides, type ComparedSides } from '../../drift/compare.js';
import { describeEntities, type Description } from '../../metadata/describe.js';
import type { Change } from '../../schema/change.js';
import { reasonOf } from '../../schema/describe-change.js';
import { besideLeft, leaving } from '../../schema/leave.js';
import { undecidedIn } from './undecided.js';

/** Statements that run in one transaction, or one that runs outside of any. */
type RepairPart = Pick<PlannedPart, 'transaction'> & { readonly groups: readonly StatementGroup[] };

/** A change that a person has to decide about. */
export interface UndecidedRepair {
  /** The change in words. */
  readonly reason: string;
  /** Why it is undecided, as a part of a sentence. */
  readonly problem: string;
  /** What would make it after the certain parts; none where it rebuilds a table. */
  readonly groups: readonly StatementGroup[];
}

/** What would remove the differences of a database. */
export interface Repair {
  /** In the order in which they run. */
  readonly parts: readonly RepairPart[];
  readonly undecided: readonly UndecidedRepair[];
}

/**
 * Plans what would remove the differences that are not accepted. Apart from the rest is what a person decides about:
 * a drop, and a change that may lose data, fail on existing rows, or lock or rebuild a table.
 *
 * @throws PackageMissingError without the parser that the planner needs, and what `checkDrift` throws
 */
export function planRepair(dataSource: DataSource, accepted: AcceptedDrift | undefined): Promise<Repair> {
  return withReadOnlyConnection(dataSource, async () => {
    const planner = await databaseOf(dataSource).planner();
    const description = describeEntities(dataSource);
    const subject = subjectOf(dataSource);
    const sides = await compareSides(subject, description);
    const { managed } = byOrigin(sides.comparison.changes, subject, sides);
    const applied = applyAccepted(
      { ...sides.comparison, changes: [...managed, ...sides.comparison.views.changes], pending: [] },
      accepted?.entries ?? [],
      description.schema,
    );
    const views = viewsOf(applied.changes, description.views);
    const changes = applied.changes.filter((change) => change.kind !== 'alter-view');
    const all = [...changes, ...applied.accepted.map(({ change }) => change)];
    const found = await readingOf({ dataSource, planner, description }, sides);
    const reading = { ...found, to: { ...found.to, views: views.added }, changes };
    const repair = repairOf(
      reading,
      (wanted, done = []) => planOnly({ reading, all, planner }, wanted, done),
      {
        planner,
        title: databaseOf(dataSource).title,
      },
    );
    return { ...repair, undecided: [...repair.undecided, ...views.altered] };
  });
}

/** The views that are missing, and what differs of others: a revision of `generate` knows what hangs on those. */
function viewsOf(
  changes: readonly Change[],
  declared: readonly ViewModel[],
): { readonly added: readonly ViewModel[]; readonly altered: readonly UndecidedRepair[] } {
  const isAdded = ({ name }: ViewModel) =>
    changes.some(({ kind, object }) => kind === 'add-view' && object === name);
  return {
    added: declared.filter(isAdded),
    altered: changes
      .filter(({ kind }) => kind === 'alter-view')
      .map((change) => ({ reason: reasonOf([change]), problem: ALTERED, groups: [] })),
  };
}

const ALTERED = 'the view has to be created again with all that hangs on it. Do that in a revision';

interface Given {
  readonly dataSource: DataSource;
  readonly planner: Planner;
  readonly description: Description;
}

/** No facts about changes of types: those that need one are undecided anyway, and no function runs here. */
async function readingOf(
  { dataSource, planner, description }: Given,
  { live, desired, found }: ComparedSides,
): Promise<PlanReading> {
  const defaultSchema = databaseOf(dataSource).defaultSchema(dataSource);
  const expressions = { '--using': [], '--using-down': [] };
  const facts = await planner.readLiveFacts(dataSource, {
    ...{ changes: [], from: live, to: desired },
    defaultSchema,
    expressions,
    ...{ timeZones: [], installed: [] },
    views: { ...NO_VIEWS, records: recordsIn(dataSource, found) },
  });
  const own = found.schema.tables.flatMap(({ name: table, indexes }) =>
    indexes
      .filter(({ name }) => description.passedOver.indexes.includes(name))
      .map((index) => ({ table, index })),
  );
  const names = new Set(live.tables.map(({ name }) => name));
  const ownIndexes = own.filter(({ table }) => names.has(table));
  return { head: live, from: live, to: desired, changes: [], renames: [], defaultSchema, ownIndexes, facts };
}

function recordsIn({ metadataTableName: table }: DataSource, { schema }: LiveSchema): ViewFacts['records'] {
  const isThere = schema.tables.some(({ name }) => name === table);
  return { table, isThere, computed: new Map(schema.tables.flatMap(computedIn)) };
}

/** The expressions of the live columns: each that a repair changes is recorded as well. */
function computedIn({ name: table, columns }: TableModel): readonly (readonly [string, string])[] {
  return columns.flatMap(({ name, generated }) => (generated ? [[`${table}.${name}`, generated.sql]] : []));
}

/** Plans some of the changes after others that are done already, and leaves the rest. */
type PlanOnly = (wanted: readonly Change[], done?: readonly Change[]) => readonly PlannedPart[];

interface Planning {
  readonly reading: PlanReading;
  /** Every difference, the accepted ones included. */
  readonly all: readonly Change[];
  readonly planner: Planner;
}

function planOnly(
  { reading, all, planner }: Planning,
  wanted: readonly Change[],
  done: readonly Change[],
): readonly PlannedPart[] {
  const open = all.filter((change) => !done.includes(change));
  const left = open.filter((change) => !wanted.includes(change));
  const from = done.length === 0 ? reading.from : leaving(reading.to, open);
  const changes = wanted.map((change) => besideLeft(change, left));
  return planner.plan({ ...reading, from, to: leaving(reading.to, left), changes }, NO_CONFIRMED_VALUES);
}

function repairOf(
  reading: PlanReading,
  plan: PlanOnly,
  { planner, title }: { readonly planner: Planner; readonly title: string },
): Repair {
  const undecided = undecidedIn(reading, planner);
  const certain = reading.changes.filter((change) => !undecided.some((one) => one.change === change));
  const rebuilt = rebuiltTables(certain, plan);
  const done = certain.filter(({ table }) => !rebuilt.includes(table));
  return {
    parts: plan(done).map(({ transaction, up }) => ({ transaction, groups: up })),
    undecided: [
      ...rebuilt.map((table) => {
        const own = certain.filter((change) => change.table === table);
        return { reason: reasonOf(own), problem: `${title} ${REBUILDS}`, groups: groupsIn(plan(own, done)) };
      }),
      ...undecided.map(({ change, problem }) => {
        const groups = groupsIn(plan([change], done));
        const own = isRebuild(groups)
          ? { problem: `${problem}; ${title} ${REBUILDS}`, groups: [] }
          : { problem, groups };
        return { reason: reasonOf([change]), ...own };
      }),
    ],
  };
}

const REBUILDS =
  'rebuilds the table. Do that in a revision: its run keeps triggers, and the rows that refer to the table';

/** Tables whose changes need another table to take their place. */
function rebuiltTables(changes: readonly Change[], plan: PlanOnly): readonly string[] {
  const tables = [...new Set(changes.map(({ table }) => table))];
  return tables.filter((table) =>
    isRebuild(groupsIn(plan(changes.filter((change) => change.table === table)))),
  );
}

function isRebuild(groups: readonly StatementGroup[]): boolean {
  return groups.some(({ statements }) => statements.some(({ renamesTable }) => renamesTable));
}

function groupsIn(parts: readonly PlannedPart[]): readonly StatementGroup[] {
  return parts.flatMap(({ up }) => up);
}
