/** Plans a change in expand and contract. */

import { applyChanges } from '../../../../schema/apply.js';
import type { Change } from '../../../../schema/change.js';
import { describeRename } from '../../../../schema/rename.js';
import type { SchemaModel, TableModel } from '../../../../schema/model.js';
import { PhasesRefusedError } from '../../../../errors/generate.js';
import { quoteIdentifier } from '../../../../sql/quote.js';
import type { ConfirmedValues, PhasedPlan, PlanReading } from '../../../planning.js';
import { fillColumn } from '../columns.js';
import type { PostgresContext } from '../context.js';
import type { Operation } from '../operation.js';
import { isVolatile, renderPostgres } from '../render.js';
import { bridgeGone, bridgeOperations, withCopies, type Bridge } from './bridge.js';
import { fillTrigger, fillTriggerGone, type Fill } from './fill.js';
import { refusalsOf, refusalsOfViews } from './refusals.js';
import { retypingsOf } from './moves/choose.js';
import { withSecond } from './moves/moved.js';
import {
  goneOperations,
  limitsOfMoves,
  movesOf,
  proofBack,
  proofParts,
  secondOperations,
  swapParts,
  withSecondProperties,
  type Moves,
} from './moves/plan-moves.js';
import { refusalsOfMoves } from './moves/refusals.js';
import { splitChanges, touches, type Split } from './split.js';
import { limitsOfTables } from './table-limits.js';
import { limitsOfValues, refusalsOfValues } from './values-refusals.js';
import { valuesApart, valuesBack, valuesJoined, valuesMoved, type ValuesApart } from './values.js';

/**
 * The same change in two halves: the release before it and the one after it can use the database between them.
 *
 * @throws PhasesRefusedError for a change that has no such halves
 */
export function planPhases(given: PlanReading, confirmed: ConfirmedValues): PhasedPlan {
  if (given.renames.some(({ kind }) => kind === 'table')) return wholly(given, confirmed);
  const values = valuesApart(given);
  const { reading } = values;
  const bridges = bridgesOf(reading);
  const bridged = bridges.map(({ rename }) => rename);
  // A renamed column that gets another type as well is refused for that.
  const unbridged = reading.changes.filter((change) => !touches(change, bridged));
  const { moved, plain, problems: retyped } = retypingsOf({ ...reading, changes: unbridged }, confirmed);
  const isMoved = (change: Change) => moved.some((one) => one.change === change);
  const changes = reading.changes.filter((change) => !isMoved(change));
  const split = joined(splitChanges({ reading: { ...reading, changes }, confirmed, bridged, plain }), values);
  const moves = movesOf(reading.from, moved);
  const isContracted = split.contract.length + bridges.length + moved.length > 0;
  const problems = [
    ...retyped,
    ...refusalsOfMoves(reading, moved),
    ...refusalsOf({
      reading,
      bridges,
      isVolatile: (sql) => isVolatile(sql, reading.facts.volatileFunctions),
    }),
    ...refusalsOfValues(given, values),
    ...(isContracted ? refusalsOfViews(reading.changes) : []),
  ];
  if (problems.length > 0) throw new PhasesRefusedError(problems);
  const halves = { reading: withSecondProperties(reading), confirmed, bridges, split, moves, values };
  const contract = isContracted ? contractOf(halves) : [];
  return {
    parts: [...expandOf(halves), ...contract.map((part) => ({ ...part, releasePhase: 'contract' as const }))],
    inOneStep: split.inOneStep,
    limits: [
      ...bridges.flatMap(limitsOf),
      ...limitsOfMoves(moves),
      ...limitsOfValues(values),
      ...limitsOfTables(given, { confirmed, bridged, values }),
    ],
  };
}

/** The whole group in one step. */
function wholly(reading: PlanReading, confirmed: ConfirmedValues): PhasedPlan {
  const renames = reading.renames.filter(({ kind }) => kind === 'table' || kind === 'value');
  const parts = renderPostgres(reading, confirmed, (context) => valuesJoined(context, reading));
  return { parts, inOneStep: renames.map(describeRename), limits: [] };
}

function joined(split: Split, { split: own }: ValuesApart): Split {
  return {
    ...split,
    expand: [...own.expand, ...split.expand],
    contract: [...own.contract, ...split.contract],
  };
}

interface Halves {
  readonly reading: PlanReading;
  readonly confirmed: ConfirmedValues;
  readonly bridges: readonly Bridge[];
  readonly split: Split;
  readonly moves: Moves;
  readonly values: ValuesApart;
}

function bridgesOf({ renames, head, from, facts }: PlanReading): readonly Bridge[] {
  const types = new Map(renames.flatMap(({ kind, from: name, to }) => (kind === 'type' ? [[to, name]] : [])));
  return renames.flatMap((rename) => {
    if (rename.kind !== 'column') return [];
    const named = ({ name }: TableModel) => name === rename.table;
    const [before, after] = [head.tables.find(named), from.tables.find(named)];
    const column = before?.columns.find(({ name }) => name === rename.from);
    const columnAfter = after?.columns.find(({ name }) => name === rename.to);
    const own = facts.bridged?.find(({ table, column: to }) => table === rename.table && to === rename.to);
    return before && after && column && columnAfter && own
      ? [{ rename, column, columnAfter, before, after, facts: own, types }]
      : [];
  });
}

function expandOf({ reading, confirmed, bridges, split, moves, values }: Halves) {
  const isBridged = bridges.length > 0;
  const from = isBridged ? { ...reading.head, views: reading.from.views ?? [] } : reading.from;
  const expanded = between(from, split.expand, reading.to);
  const to = withSecond(withCopies(expanded, bridges, false), moves.moved, 'new');
  const renames = isBridged ? [] : reading.renames;
  const isKept = bridges.length + split.contract.length + moves.moved.length > 0;
  const views = isKept ? from.views : reading.to.views;
  const parts = renderPostgres(
    { ...reading, from, to: { ...to, views: views ?? [] }, changes: split.expand, renames },
    confirmed,
    (context) => [
      ...split.fills.flatMap((fill) => fillOperations(context, fill)),
      ...bridges.flatMap((bridge) => bridgeOperations(context, bridge)),
      ...secondOperations(context, moves),
      ...valuesBack(context, values),
    ],
  );
  const swapped = { ...reading, from: { ...expanded, views: from.views ?? [] } };
  return [...proofParts(reading, moves), ...parts, ...swapParts(swapped, confirmed, moves)];
}

function contractOf({ reading, confirmed, bridges, split, moves, values }: Halves) {
  const isBridged = bridges.length > 0;
  const swapped = [...split.expand, ...moves.moved.map(({ change }) => change)];
  const from = withSecond(between(reading.from, swapped, reading.to), moves.moved, 'old');
  const filled = new Set(split.fills.map(({ table, column }) => `${table}.${column}`));
  const backfills = new Map([...confirmed.backfills].filter(([place]) => !filled.has(place)));
  const parts = renderPostgres(
    {
      ...reading,
      from: { ...withCopies(from, bridges, true), views: reading.from.views ?? [] },
      changes: split.contract,
      renames: isBridged ? reading.renames : [],
      bridges,
    },
    { ...confirmed, backfills },
    (context) => [
      ...split.fills.flatMap((fill) => fillTriggerGone(context, fill)),
      ...bridges.flatMap((bridge) => bridgeGone(context, bridge)),
      ...goneOperations(context, moves),
      ...valuesMoved(context, values),
    ],
  );
  return [...parts, ...proofBack(reading, moves)];
}

/** A new column is filled by the operations that add it. */
function fillOperations(context: PostgresContext, fill: Fill): readonly Operation[] {
  const { table, column, value, isOld } = fill;
  const model = context.from.tables
    .find(({ name }) => name === table)
    ?.columns.find(({ name }) => name === column);
  const trigger = fillTrigger(context, fill);
  return isOld && model ? [trigger, fillColumn(context, { table, model, reason: '' }, { value })] : [trigger];
}

/** The schema after expand. Columns have the order of the entities, as far as these declare them. */
function between(from: SchemaModel, changes: readonly Change[], to: SchemaModel): SchemaModel {
  const after = applyChanges(from, changes);
  const wanted = new Map(to.tables.map((table) => [table.name, table]));
  const isNew = (name: string) => !from.tables.some((table) => table.name === name);
  return {
    ...after,
    tables: after.tables.map((table) => {
      const full = wanted.get(table.name);
      if (!full) return table;
      return isNew(table.name) ? full : inOrder(table, full);
    }),
  };
}

function inOrder(table: TableModel, { columns }: TableModel): TableModel {
  const place = ({ name }: { readonly name: string }) => columns.findIndex((one) => one.name === name);
  return { ...table, columns: [...table.columns].sort((a, b) => place(a) - place(b)) };
}

/** An upsert names a unique index of the column, which only the original has. */
function limitsOf({ rename: { table, from, to }, before }: Bridge): readonly string[] {
  const keys = [...(before.primaryKey ? [before.primaryKey] : []), ...before.uniques];
  const isUnique =
    keys.some(({ columns }) => columns.includes(from)) ||
    before.indexes.some(({ unique, keys: own }) => unique && own.some(({ column }) => column === from));
  if (!isUnique) return [];
  return [
    `${table}.${to}: until the contract has run, the new release cannot upsert by it: ON CONFLICT (${quoteIdentifier(to)}) fails with 42P10, since only the column of the old name is unique. If it does, generate with --one-step`,
  ];
}
