/** Plans a change in expand and contract. */

import { describeRename } from '../../../../schema/rename.js';
import type { TableModel } from '../../../../schema/model.js';
import { PhasesRefusedError } from '../../../../errors/generate.js';
import { quoteIdentifier } from '../../../../sql/quote.js';
import type { ConfirmedValues, PhasedPlan, PlannedPart, PlanReading } from '../../../planning.js';
import { fillColumn } from '../columns.js';
import type { PostgresContext } from '../context.js';
import type { Operation } from '../operation.js';
import { isVolatile, renderPostgres } from '../render.js';
import { aliasesOf } from './alias-of.js';
import { aliasOperation, isHidden, shownIn, type TableAlias } from './alias.js';
import { aliasLimits, refusalsOfAliases } from './alias-refusals.js';
import { between } from './between.js';
import { bridgeGone, bridgeOperations, withCopies, type Bridge } from './bridge.js';
import {
  earlyNames,
  hidingNames,
  other,
  renamedChange,
  renamedSchema,
  renamedUses,
  renamedValues,
} from './early-names.js';
import { fillTrigger, fillTriggerGone, type Fill } from './fill.js';
import { refusalsOf } from './refusals.js';
import { retypingsOf, rewritesValues } from './moves/choose.js';
import { lateValues, type LateValues } from './moves/late-values.js';
import { withSecond } from './moves/moved.js';
import {
  goneOperations,
  limitsOfMoves,
  limitsOfPlaces,
  movesOf,
  proofBack,
  proofParts,
  secondOperations,
  swapParts,
  withSecondProperties,
  type Moves,
} from './moves/plan-moves.js';
import { behindNarrowing, narrowingOf, narrowingParts, type NarrowingFate } from './moves/narrowing.js';
import { valueParts } from './moves/plan-values.js';
import { refusalsOfMoves } from './moves/refusals.js';
import { refusalsOfValueMoves } from './moves/value-refusals.js';
import { splitChanges, touches, type Split, type Splitting } from './split.js';
import { limitsOfTables } from './table-limits.js';
import { limitsOfValues, refusalsOfValues } from './values-refusals.js';
import { valuesApart, valuesBack, valuesJoined, valuesMoved, type ValuesApart } from './values.js';
import { refusalsOfViews, viewsAfter, viewsBetween } from './views-beside.js';

/**
 * The same change in two halves: the release before it and the one after it can use the database between them.
 *
 * @throws PhasesRefusedError for a change that has no such halves
 */
export function planPhases(given: PlanReading, confirmed: ConfirmedValues): PhasedPlan {
  const kinds = new Set(given.renames.map(({ kind }) => kind));
  if (kinds.has('table') && kinds.has('value')) return wholly(given, confirmed);
  const values = valuesApart(given);
  const { reading } = values;
  const aliases = aliasesOf(reading, confirmed);
  const bridges = bridgesOf(reading, aliases);
  const bridged = [...bridges.map(({ rename }) => rename), ...aliases.flatMap(({ columns }) => columns)];
  const aliased = aliases.map(({ rename }) => rename.to);
  const { moves, plain, rest, problems: retyped } = retype(reading, { bridged, aliased }, confirmed);
  const whole = joined(splitChanges({ reading: rest, confirmed, bridged, aliased, plain }), values);
  const isRewritten = rewritesValues(given, confirmed);
  const late = lateValues({ reading, split: whole, moves, values }, isRewritten);
  const { split } = late;
  const isContracted = whole.contract.length + bridges.length + aliases.length + moves.moved.length > 0;
  const problems = [
    ...retyped,
    ...refusalsOfMoves(reading, moves.moved),
    ...refusalsOfAliases({ reading, aliases, split, values }),
    ...refusalsOf({
      reading,
      bridges,
      fills: split.fills,
      isVolatile: (sql) => isVolatile(sql, reading.facts.volatileFunctions),
    }),
    ...refusalsOfValues(given, values),
    ...refusalsOfValueMoves(reading, late.moves),
    ...(isContracted ? refusalsOfViews({ reading, aliases, bridged: [...bridged, ...late.names] }) : []),
  ];
  if (problems.length > 0) throw new PhasesRefusedError(problems);
  const halves = {
    reading: withSecondProperties(reading),
    confirmed,
    bridges,
    aliases,
    split,
    moves,
    values,
    late,
    back: isContracted && !isRewritten ? narrowingOf({ reading, split, values }) : { limits: [] },
  };
  return {
    parts: partsOf(halves, isContracted),
    inOneStep: split.inOneStep,
    limits: limitsOfGroup(given, halves),
  };
}

/** What the newer release cannot do before contract, and what else sees the work. */
function limitsOfGroup(given: PlanReading, halves: Halves): readonly string[] {
  const { confirmed, bridges, aliases, moves, values, late, back } = halves;
  return [
    ...aliases.flatMap(aliasLimits),
    ...bridges.flatMap(limitsOf),
    ...limitsOfMoves(moves),
    ...limitsOfValues(values),
    ...limitsOfPlaces(late.moves),
    ...back.limits,
    ...limitsOfTables(given, {
      ...{ confirmed, bridged: bridges.map(({ rename }) => rename), values },
      seconds: [...moves.moved, ...late.moves.moved],
    }),
  ];
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

/** Divides the changes of types; one of a column or table that has two names is refused for its new name. */
function retype(
  reading: PlanReading,
  { bridged, aliased }: Pick<Splitting, 'bridged' | 'aliased'>,
  confirmed: ConfirmedValues,
) {
  const own = reading.changes.filter(
    (change) => !touches(change, bridged) && !('table' in change && aliased.includes(change.table)),
  );
  const { moved, plain, problems } = retypingsOf({ ...reading, changes: own }, confirmed);
  const changes = reading.changes.filter((change) => !moved.some((one) => one.change === change));
  return { moves: movesOf(reading, moved), plain, problems, rest: { ...reading, changes } };
}

interface Halves {
  readonly reading: PlanReading;
  readonly confirmed: ConfirmedValues;
  readonly bridges: readonly Bridge[];
  readonly aliases: readonly TableAlias[];
  readonly split: Split;
  readonly moves: Moves;
  readonly values: ValuesApart;
  readonly late: LateValues;
  readonly back: NarrowingFate;
}

/** A view has the new name of a column of its table: that needs no copy. */
function bridgesOf(
  { renames, head, from, facts }: PlanReading,
  aliases: readonly TableAlias[],
): readonly Bridge[] {
  const types = new Map(renames.flatMap(({ kind, from: name, to }) => (kind === 'type' ? [[to, name]] : [])));
  const columns = renames.flatMap((rename) =>
    rename.kind === 'column' && !aliases.some((alias) => alias.columns.includes(rename)) ? [rename] : [],
  );
  return columns.flatMap((rename, at) => {
    const earlier = columns.slice(0, at).filter(({ table }) => table === rename.table);
    const named = ({ name }: TableModel) => name === rename.table;
    const [before, after] = [head.tables.find(named), from.tables.find(named)];
    const column = before?.columns.find(({ name }) => name === rename.from);
    const columnAfter = after?.columns.find(({ name }) => name === rename.to);
    const own = facts.bridged?.find(({ table, column: to }) => table === rename.table && to === rename.to);
    return before && after && column && columnAfter && own
      ? [{ rename, column, columnAfter, before, after, facts: own, earlier, types }]
      : [];
  });
}

/** The schema before expand in the names that it has then, and what expand makes of it. */
function earlySides({ reading, bridges, aliases, split, moves }: Halves) {
  const isEarly = bridges.length + aliases.length > 0;
  const names = earlyNames(isEarly ? reading.renames : [], aliases);
  const head = { ...reading.head, views: reading.from.views ?? [] };
  const from = isEarly ? renamedSchema(head, hidingNames(aliases)) : reading.from;
  const changes = split.expand.map((change) => renamedChange(change, names));
  const expanded = between(from, changes, renamedSchema(reading.to, names));
  const to = withSecond(withCopies(expanded, bridges, false), moves.moved, 'new');
  return { isEarly, names, from, changes, expanded, to, aliases: aliases.map((alias) => shownIn(alias, to)) };
}

type EarlySides = ReturnType<typeof earlySides>;

function partsOf(halves: Halves, isContracted: boolean): readonly PlannedPart[] {
  const rest = behindNarrowing(halves, halves.back.narrowing);
  const early = earlySides(rest);
  const contract = isContracted ? contractOf(halves, early) : [];
  return [
    ...proofParts(halves.reading, halves.moves),
    ...narrowingParts(halves.reading, halves.back.narrowing),
    ...expandOf(rest, early, isContracted),
    ...contract.map((part) => ({ ...part, releasePhase: 'contract' as const })),
  ];
}

function expandOf(halves: Halves, early: EarlySides, isContracted: boolean): readonly PlannedPart[] {
  const { reading, confirmed, bridges, split, moves, values, back } = halves;
  const { isEarly, names, from, expanded, to, changes, aliases } = early;
  const hiding = aliases.filter(isHidden);
  const renames = isEarly
    ? hiding.map(({ head, rename }) => ({ kind: 'table' as const, from: head, to: rename.from }))
    : reading.renames;
  const views = isContracted ? viewsBetween(reading) : reading.to.views;
  const { facts } = reading;
  const live = isEarly ? renamedUses(facts.views.live, names, reading.renames) : facts.views.live;
  const parts = renderPostgres(
    {
      ...{ ...reading, from, changes, renames, aliases: hiding },
      to: { ...to, views: views ?? [] },
      facts: { ...facts, views: { ...facts.views, live } },
    },
    renamedValues(confirmed, names),
    (context) => [
      ...split.fills.flatMap((fill) =>
        fillOperations(context, { ...fill, table: other(names.tables, fill.table), row: fill.table }),
      ),
      ...bridges.flatMap((bridge) => bridgeOperations(context, bridge)),
      ...aliases.filter((alias) => !isHidden(alias)).map((alias) => aliasOperation(context.names, alias)),
      ...secondOperations(context, moves),
      ...(back.narrowing ? [] : valuesBack(context, values)),
    ],
  );
  const swapped = { ...reading, from: { ...expanded, views: views ?? [] } };
  return [...parts, ...swapParts(swapped, confirmed, moves)];
}

function contractOf(halves: Halves, early: EarlySides): readonly PlannedPart[] {
  const { reading, confirmed, bridges, split, moves, values, late } = halves;
  const { isEarly, names, aliases } = early;
  const swapped = [...split.expand, ...moves.moved.map(({ change }) => change)];
  const from = withSecond(between(reading.from, swapped, reading.to), moves.moved, 'old');
  const filled = new Set(split.fills.map(({ table, column }) => `${table}.${column}`));
  const backfills = new Map([...confirmed.backfills].filter(([place]) => !filled.has(place)));
  const shown = aliases.filter(isHidden).map(({ rename }) => rename);
  const parts = renderPostgres(
    {
      ...reading,
      from: { ...withCopies(from, bridges, true), views: reading.from.views ?? [] },
      to: { ...(late.isMoved ? late.moves.start : reading.to), views: viewsAfter(reading) ?? [] },
      changes: split.contract,
      renames: isEarly ? [...shown, ...reading.renames] : [],
      ...{ bridges, aliases },
    },
    { ...confirmed, backfills },
    (context) => [
      ...split.fills.flatMap((fill) =>
        fillTriggerGone(context, { ...fill, made: other(names.tables, fill.table) }),
      ),
      ...bridges.flatMap((bridge) => bridgeGone(context, bridge)),
      ...goneOperations(context, moves),
      ...(late.isMoved ? [] : valuesMoved(context, values)),
    ],
  );
  const to = { ...reading.to, views: viewsAfter(reading) ?? [] };
  const ofValues = valueParts({ ...reading, to }, confirmed, late.moves);
  return [...parts, ...ofValues, ...proofBack(reading, moves)];
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

/** An upsert names a unique index of the column, which only the original has. */
function limitsOf({ rename: { table, from, to }, before }: Bridge): readonly string[] {
  const keys = [...(before.primaryKey ? [before.primaryKey] : []), ...before.uniques];
  const isUnique =
    keys.some(({ columns }) => columns.includes(from)) ||
    before.indexes.some(({ unique, keys: own }) => unique && own.some(({ column }) => column === from));
  if (!isUnique) return [];
  return [
    `${table}.${to}: until the contract has run, the new release cannot upsert by it: ON CONFLICT (${quoteIdentifier(to)}) fails with 42P10, since only the column of the old name is unique. If it does, generate with --upsert-by ${table}.${to}, which puts a view with both names before the table`,
  ];
}
