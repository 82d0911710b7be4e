/** Whether a change is generated in expand and contract, or in one step. */

import type { ConfirmedValues, PhasedPlan, PlannedPart } from '../../databases/planning.js';
import { UsageError } from '../../errors/base.js';
import { PhasesUnknownError } from '../../errors/generate.js';
import type { SchemaModel } from '../../schema/model.js';
import { oneLine } from '../../text/one-line.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';
import type { Snapshot } from '../compare/snapshot.js';

/** What the user says about steps. */
export interface StepOptions {
  /** Every change is made in one step, which an older release does not survive. */
  readonly oneStep?: boolean | undefined;
  /** Every deployed release knows phases from now on. */
  readonly phases?: boolean | undefined;
  /** Renamed columns, `table.column`, by which the new release upserts before contract. */
  readonly upserts?: readonly string[] | undefined;
}

/** How a group is generated. */
export interface Steps {
  readonly isOneStep: boolean;
  /** Whether its changes are in expand and contract. */
  readonly isPhased: boolean;
  /** Renamed columns by which the new release upserts. */
  readonly upserts: readonly string[];
  /** What the snapshot says about it. */
  readonly mark: Pick<Snapshot, 'phases' | 'numbers'>;
}

/** The sides of the decision. */
interface Known {
  readonly snapshot: Snapshot | undefined;
  readonly readings: readonly DialectReading[];
}

/** A project without revisions has no older release, so it knows phases from its first snapshot on. */
export function stepsOf({ snapshot, readings }: Known, options: StepOptions = {}): Steps {
  const isOneStep = options.oneStep === true;
  const hasPhases = readings.some(({ planner }) => planner.hasPhases);
  const isNew = snapshot === undefined && readings.every(({ revisions }) => revisions.length === 0);
  const isKnown = snapshot?.phases === true || options.phases === true || (isNew && !isOneStep);
  const isMarked = hasPhases && isKnown;
  const { upserts = [] } = options;
  return { isOneStep, isPhased: isMarked && !isOneStep, upserts, mark: isMarked ? markOf(readings) : {} };
}

function markOf(readings: readonly DialectReading[]): Steps['mark'] {
  const reading = readings.find(({ planner }) => planner.hasPhases);
  const { parsesInt8 = false } = reading?.numbers ?? {};
  const columns = reading?.numbers.columns.filter((place) => mayWiden(reading.to, place)) ?? [];
  return { phases: true, ...(parsesInt8 || columns.length > 0 ? { numbers: { parsesInt8, columns } } : {}) };
}

/** Whether a column has a type that may become a bigint. */
function mayWiden({ tables }: SchemaModel, place: string): boolean {
  const at = place.lastIndexOf('.');
  const table = tables.find(({ name }) => name === place.slice(0, at));
  const column = table?.columns.find(({ name }) => name === place.slice(at + 1));
  return column?.type === 'integer' || column?.type === 'smallint';
}

/** The parts of each reading, and the warnings about them. @throws UsageError, PhasesUnknownError */
export function plansOf(
  readings: readonly DialectReading[],
  confirmed: ConfirmedValues,
  { isOneStep, isPhased, upserts }: Steps,
): { readonly plans: readonly (readonly PlannedPart[])[]; readonly warnings: readonly string[] } {
  if (!isOneStep) {
    const values = { ...confirmed, upserts: new Set(renamedIn(upserts, readings)) };
    const phased = readings.map(({ planner, ...reading }) => planner.planPhases(reading, values));
    if (isPhased) return { plans: phased.map(({ parts }) => parts), warnings: phased.flatMap(warningsIn) };
    assertNoContract(phased);
  }
  return { plans: readings.map((reading) => reading.planner.plan(reading, confirmed)), warnings: [] };
}

function renamedIn(upserts: readonly string[], readings: readonly DialectReading[]): readonly string[] {
  const renames = readings.flatMap((reading) => reading.renames);
  const renamed = renames.flatMap((one) => (one.kind === 'column' ? [`${one.table}.${one.to}`] : []));
  for (const place of upserts)
    if (!renamed.includes(place))
      throw new UsageError(
        `--upsert-by ${place}: this change does not rename a column to that name. ${renamed.length === 0 ? 'It renames none.' : `It renames columns to: ${[...new Set(renamed)].join(', ')}.`}`,
      );
  return upserts;
}

function warningsIn({ inOneStep, limits }: PhasedPlan): readonly string[] {
  return [...inOneStep.map((one) => `in one step: ${one}`), ...limits].map(oneLine);
}

function assertNoContract(plans: readonly PhasedPlan[]): void {
  const contract = plans.flatMap(({ parts }) =>
    parts.filter(({ releasePhase }) => releasePhase === 'contract'),
  );
  const reasons = contract.flatMap(({ up }) => up.map(({ reason }) => oneLine(reason)));
  if (contract.length > 0) throw new PhasesUnknownError([...new Set(reasons)]);
}
