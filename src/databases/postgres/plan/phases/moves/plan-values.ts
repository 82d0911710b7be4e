/** Plans contract for enumerated types that lose values: second columns of new types take the place of the former ones. */

import type { AlterChange } from '../../../../../schema/change.js';
import type { EnumModel, SchemaModel } from '../../../../../schema/model.js';
import { validateConstraint } from '../../../../../sql/statement.js';
import { quoteIdentifier } from '../../../../../sql/quote.js';
import {
  NO_CONFIRMED_VALUES,
  type ConfirmedValues,
  type PlannedPart,
  type PlanReading,
} from '../../../../planning.js';
import { setAsideForType } from '../../attached/touched.js';
import type { PostgresContext } from '../../context.js';
import { isOfEnum } from '../../enum-ways.js';
import { reversed, type Operation } from '../../operation.js';
import { withIndexes } from '../../own-indexes.js';
import { contextOf, partOf, renderPostgres } from '../../render.js';
import { withViews } from '../../views.js';
import { movedParts, withSecond, type MovedColumn, type MovedParts } from './moved.js';
import { addSecondTypes, typesOf } from './moved-types.js';
import { secondType, valuesGone, type MovedValues } from './moved-values.js';
import { swapPart, type Moves } from './plan-moves.js';
import { knownOf } from './choose.js';
import type { Second } from './second-names.js';
import {
  addSeconds,
  completeSeconds,
  dropSeconds,
  refusedValues,
  standInSeconds,
  withReasonsBack,
} from './second-operations.js';

/** The changes of types, and the schema on both sides of them: nothing else differs. */
interface MovingValues {
  readonly types: readonly MovedValues[];
  readonly start: SchemaModel;
  readonly end: SchemaModel;
}

/** Moves with the schemas around them. */
export interface ValueMoves extends Moves {
  readonly start: SchemaModel;
  readonly end: SchemaModel;
}

const EVERY = { isEvery: true, isEveryBack: false, isRounded: false } as const;

/** The columns of the types, with what is made of them. */
export function valueMovesOf(
  { types, start, end }: MovingValues,
  { ownIndexes, facts }: Pick<PlanReading, 'ownIndexes' | 'facts'>,
): ValueMoves {
  const moved = types.flatMap((values) =>
    start.tables.flatMap(({ name, columns }) =>
      columns
        .filter((column) => isOfEnum(column, values.desired.name))
        .map((live): MovedColumn => {
          const table = end.tables.find((one) => one.name === name);
          const desired = table?.columns.find((column) => column.name === live.name) ?? live;
          const place = { kind: 'alter-column', table: name, object: live.name } as const;
          const change = { ...place, aspects: ['type'], live, desired };
          return {
            table: name,
            change,
            live,
            desired,
            types: EVERY,
            values,
            known: knownOf({ facts }, change),
          };
        }),
    ),
  );
  const partsIn = (schema: SchemaModel) => movedParts(withIndexes(schema, ownIndexes), moved);
  const parts = { new: partsIn(end), old: partsIn(start) };
  const made = [parts.new, parts.old].flatMap(wordsOf);
  const known = moved.map((one) => ({ ...one, known: [...one.known, ...made] }));
  return { moved: known, parts, start, end };
}

/** The parts that the same group makes. */
function wordsOf({ indexes, keys, foreignKeys, checks }: MovedParts): readonly string[] {
  return [
    ...indexes.map(({ model: { name } }) => `the index ${name}`),
    ...[...keys, ...foreignKeys, ...checks].map(({ model: { name } }) => `the constraint ${name ?? ''}`),
  ];
}

/** All of it, behind the other work of contract, which leads to the schema at the start. */
export function valueParts(
  given: PlanReading,
  confirmed: ConfirmedValues,
  moves: ValueMoves,
): readonly PlannedPart[] {
  const { moved, parts, start, end } = moves;
  if (moved.length === 0) return [];
  const reading = stillReading(given);
  const made = { from: start, to: withSeconds(start, moved, 'new') };
  const swapped = { from: made.to, to: end };
  const standing = withSeconds(end, moved, 'old');
  const render = (sides: typeof made, operations: (context: PostgresContext) => readonly Operation[]) =>
    renderPostgres({ ...reading, ...withViewsOf(given, sides) }, confirmed, operations);
  return [
    ...goneParts({ ...reading, from: start }, moves),
    ...render(made, (context) => [
      ...completeOperations(context, moves),
      ...validated(context, parts.old, 'down'),
    ]),
    ...swapOf({ ...reading, ...withViewsOf(given, swapped) }, confirmed, { moves }),
    ...render({ from: standing, to: standing }, (context) => standInSeconds(context, moves)),
    ...render({ from: standing, to: end }, (context) => [
      ...dropSeconds(context, moved),
      ...reversed(addSecondTypes(context, moved, 'old')).map(withReasonsBack),
      ...validated(context, parts.new, 'up'),
    ]).map((part) => (part.phase === 'main' ? { ...part, title: 'Drop' } : part)),
  ];
}

/** The same without a way back, as parts that only have an `up`: the last one validates what the swap has added. */
export function lastValueParts(given: PlanReading, moves: ValueMoves): readonly PlannedPart[] {
  const { moved, parts, start, end } = moves;
  const made = withViewsOf(given, { from: start, to: withSeconds(start, moved, 'new') });
  const swapped = withViewsOf(given, { from: made.to, to: end });
  const confirmed = NO_CONFIRMED_VALUES;
  const context = contextOf({ ...given, ...swapped }, confirmed);
  const validations = validated(context, parts.new, 'up');
  return [
    ...goneParts({ ...given, from: start }, moves),
    ...renderPostgres({ ...given, ...made }, confirmed, (own) => completeOperations(own, moves)),
    ...swapOf({ ...given, ...swapped }, confirmed, { moves, isLast: true }),
    ...(validations.length === 0 ? [] : [{ ...partOf([], validations), title: 'Check' }]),
  ];
}

/** Everything before the swap. */
function completeOperations(context: PostgresContext, moves: ValueMoves): readonly Operation[] {
  return [
    ...addSecondTypes(context, moves.moved, 'new'),
    ...addSeconds(context, moves.moved, 'new'),
    ...completeSeconds(context, moves, 'new'),
  ];
}

/** Nothing but types and their columns changes; views that contract has dropped are gone. */
function stillReading(reading: PlanReading): PlanReading {
  const { facts, changes } = reading;
  const gone = changes.flatMap(({ kind, object }) => (kind === 'drop-view' ? [object] : []));
  const live = facts.views.live.filter(({ name }) => !gone.includes(name));
  return { ...reading, changes: [], renames: [], facts: { ...facts, views: { ...facts.views, live } } };
}

function withViewsOf(
  { to }: PlanReading,
  sides: { readonly from: SchemaModel; readonly to: SchemaModel },
): Pick<PlanReading, 'from' | 'to'> {
  const views = to.views ?? [];
  return { from: { ...sides.from, views }, to: { ...sides.to, views } };
}

/** A schema with the second columns and their types. */
function withSeconds(schema: SchemaModel, moved: readonly MovedColumn[], which: Second): SchemaModel {
  const types = typesOf(moved).map((values): EnumModel => {
    const { values: all } = which === 'new' ? values.desired : values.live;
    return { name: secondType(values, which), values: all };
  });
  return { ...withSecond(schema, moved, which), enums: [...schema.enums, ...types] };
}

/** Before the second columns are filled, and in time for the user: the values that go have no rows. */
function goneParts(reading: PlanReading, { moved }: ValueMoves): readonly PlannedPart[] {
  const found = moved.filter(({ values }) => values && valuesGone(values).length > 0);
  const [first] = found;
  if (!first) return [];
  const context = contextOf(reading, NO_CONFIRMED_VALUES);
  const operations = found.map((one): Operation => {
    const reason = `${one.table}.${one.live.name}: finds rows with a value that goes`;
    const up = refusedValues(context, one);
    return { ...{ phase: 'main', step: 'alter', alone: false }, reason, up, down: [] };
  });
  const subject = `${first.table}_${first.live.name}`;
  return [{ ...partOf([], operations), phase: 'refresh', title: 'Test', subject }];
}

function swapOf(
  reading: PlanReading,
  confirmed: ConfirmedValues,
  { moves, isLast = false }: { readonly moves: ValueMoves; readonly isLast?: boolean },
): readonly PlannedPart[] {
  const context = contextOf(reading, confirmed);
  const changes = typesOf(moves.moved).map(({ live, desired }): AlterChange<'enum'> => {
    const { name } = desired;
    return { kind: 'alter-enum', table: '', object: name, aspects: ['values'], live, desired };
  });
  const again = new Set(
    typesOf(moves.moved).flatMap(({ live }) =>
      setAsideForType(context.attached, { tables: moves.start.tables, type: live }),
    ),
  );
  const part = swapPart(context, moves, { again: [...again], changes, isLast });
  return withViews([part], reading, context.names).map((one) => ({ ...one, title: 'Swap' }));
}

/** The swap adds checks without reading rows: the revision behind it in its direction reads them. */
function validated(
  { names }: PostgresContext,
  { checks }: MovedParts,
  way: 'up' | 'down',
): readonly Operation[] {
  return checks
    .filter(({ model }) => model.validated)
    .map(({ table, model }): Operation => {
      const statements = [validateConstraint(names.path(table), quoteIdentifier(model.name ?? ''))];
      return {
        ...{ phase: 'validate', step: 'alter', alone: false },
        reason: `${table}: existing rows are checked by ${model.name ?? ''}, without blocking queries`,
        up: way === 'up' ? statements : [],
        down: way === 'down' ? statements : [],
      };
    });
}
