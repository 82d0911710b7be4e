/** The revisions in which plain tables become partitioned, behind those of all other changes, and the way back. */

import { quoteIdentifier } from '../../../../sql/quote.js';
import { validateConstraint } from '../../../../sql/statement.js';
import type { PhasedPlan, PlannedPart, PlanReading } from '../../../planning.js';
import type { Operation } from '../operation.js';
import { defaultPartition } from '../partitions.js';
import { partOf } from '../render.js';
import { PostgresNames } from '../sql.js';
import { addBound, BOUND_CHECK, dropBound } from './bound.js';
import { divideTable } from './divide.js';
import { divisionsOf, undivided, unionsOf, type Division } from './division.js';
import { lockTogether } from './lock-together.js';
import { spreadRows } from './spread.js';
import { uniteTable } from './unite.js';

/** Plans a comparison as if these tables were plain, and adds the revisions that divide them or make them plain. */
export function withDivisions(
  reading: PlanReading,
  plan: (reading: PlanReading) => readonly PlannedPart[],
): readonly PlannedPart[] {
  return phasesDivided(reading, (plain) => ({ parts: plan(plain), inOneStep: [], limits: [] })).parts;
}

/**
 * The same for a plan of two halves: a table becomes plain before all else, and partitioned after all else. What is
 * changed in contract is changed while it is plain.
 */
export function phasesDivided(reading: PlanReading, plan: (reading: PlanReading) => PhasedPlan): PhasedPlan {
  const [divisions, unions] = [divisionsOf(reading), unionsOf(reading)];
  const plain = plan(undivided(reading, [...divisions, ...unions]));
  const isContracted = plain.parts.some(({ releasePhase }) => releasePhase === 'contract');
  const names = new PostgresNames(reading.defaultSchema);
  const { unbounded = [] } = reading.facts;
  const first = unions.map((union) => unionOf(names, union, unbounded.includes(union.table)));
  const own = divisions.flatMap((division) => partsOf(names, division));
  const late = isContracted ? { releasePhase: 'contract' as const } : {};
  return { ...plain, parts: [...first, ...plain.parts, ...own.map((part) => ({ ...part, ...late }))] };
}

/**
 * The table becomes plain in one transaction, and partitioned in one when that is reverted.
 *
 * @param hadFirst whether its old rows were in a first partition, where they stay then
 */
function unionOf(names: PostgresNames, division: Division, hadFirst: boolean): PlannedPart {
  const { table, path, key, rest, change, parents } = division;
  const locked = lockTogether([path, ...parents]);
  const validate = validateConstraint(path, quoteIdentifier(BOUND_CHECK));
  const last = [
    ...(rest ? [defaultPartition(names, table)] : []),
    ...(hadFirst ? [] : [spreadRows(division)]),
  ];
  const operation: Operation = {
    ...({ phase: 'main', step: 'attach', alone: false, change } as const),
    reason: `${table}: becomes a plain table; its rows of all partitions are in one`,
    reasonBack: `${table}: is partitioned by RANGE (${key}) again`,
    up: [locked, uniteTable(division)],
    down: [locked, addBound(division), validate, divideTable(division), ...last],
  };
  return { ...partOf([], [operation]), title: 'Unite', subject: table };
}

/** The check, its validation, and the change of places: each is a transaction with short locks. */
function partsOf(names: PostgresNames, division: Division): readonly PlannedPart[] {
  const [bound, validated, swapped] = operationsOf(names, division);
  return [
    { ...partOf([], [bound]), title: 'Bound', subject: division.table },
    { ...partOf([], [validated]), title: 'Validate', subject: division.table },
    { ...partOf([], [swapped]), title: 'Partition', subject: division.table },
  ];
}

function operationsOf(
  names: PostgresNames,
  division: Division,
): readonly [bound: Operation, validated: Operation, swapped: Operation] {
  const { table, path, key, rest, change } = division;
  const reason = `${table}: becomes partitioned by RANGE (${key})`;
  const attached = {
    step: 'attach',
    alone: false,
    change,
    reasonBack: `${table}: is a plain table again`,
  } as const;
  const validate = validateConstraint(path, quoteIdentifier(BOUND_CHECK));
  const locked = lockTogether([path, ...division.parents]);
  const first = 'a check separates its rows of before from later ones';
  return [
    {
      ...attached,
      phase: 'constrain',
      reason: `${reason}; ${first}`,
      up: [addBound(division)],
      down: [dropBound(path)],
    },
    {
      ...{ ...attached, phase: 'validate', up: [validate], down: [] },
      reason: `${reason}; existing rows are checked without blocking queries`,
    },
    {
      ...{ ...attached, phase: 'main', reason: `${reason}; its rows of before are the first partition` },
      // Where this revision alone was reverted, the check is not validated.
      up: [validate, locked, divideTable(division), ...(rest ? [defaultPartition(names, table)] : [])],
      down: [locked, uniteTable(division), addBound(division, true)],
    },
  ];
}

/** Indexes of tables that become plain: each was that of all partitions, and is that of one. */
export function indexesUnited(reading: PlanReading): readonly string[] {
  const tables = unionsOf(reading).map(({ table }) => table);
  return reading.from.tables
    .filter(({ name }) => tables.includes(name))
    .flatMap(({ name, primaryKey, uniques, indexes }) => [
      ...[primaryKey, ...uniques].flatMap((key) => (key ? [key.name ?? `${name}_pkey`] : [])),
      ...indexes.map((index) => index.name),
    ]);
}
