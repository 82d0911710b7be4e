/** Plans the change of a type for a release that uses the column all the time. */

import { applyChanges } from '../../../../../schema/apply.js';
import type { Change } from '../../../../../schema/change.js';
import { reasonOf } from '../../../../../schema/describe-change.js';
import { invert } from '../../../../../schema/invert.js';
import type { Statement } from '../../../../../sql/statement.js';
import {
  NO_CONFIRMED_VALUES,
  type AttachedObject,
  type ConfirmedValues,
  type PartProperties,
  type PlannedPart,
  type PlanReading,
} from '../../../../planning.js';
import { setAside } from '../../attached/operations.js';
import { setAsideInMain } from '../../attached/touched.js';
import type { PostgresContext } from '../../context.js';
import type { Operation } from '../../operation.js';
import { withIndexes } from '../../own-indexes.js';
import { contextOf, partOf, renderPostgres } from '../../render.js';
import { withViews } from '../../views.js';
import { movedParts, withSecond, type MovedColumn, type PartsOfStates } from './moved.js';
import { proofOf } from './proof.js';
import { secondName, type Second } from './second-names.js';
import { addSeconds, completeSeconds, dropSeconds, standInSeconds } from './second-operations.js';
import { lastSwapStatements, swapStatements } from './swap.js';

/** What the parts of a group need of its moved columns. */
export interface Moves {
  readonly moved: readonly MovedColumn[];
  readonly parts: PartsOfStates;
}

/** The moved columns with what is made of them. */
export function movesOf(
  { from, ownIndexes }: Pick<PlanReading, 'from' | 'ownIndexes'>,
  moved: readonly MovedColumn[],
): Moves {
  const parts = movedParts(withIndexes(from, ownIndexes), moved);
  return { moved, parts: { new: parts, old: parts } };
}

/** A reading whose second indexes have the storage parameters of the first ones. */
export function withSecondProperties(reading: PlanReading): PlanReading {
  const second = ({ name, ...own }: PartProperties, which: Second): PartProperties => ({
    ...own,
    name: secondName(name, which),
    ...{ comment: null, isClustered: false, isReplicaIdentity: false, targets: [] },
  });
  const { properties } = reading.facts;
  const more = properties
    .filter(({ storage }) => storage !== null)
    .flatMap((own) => [second(own, 'new'), second(own, 'old')]);
  return { ...reading, facts: { ...reading.facts, properties: [...properties, ...more] } };
}

/** Before the other work of expand: no value may be lost. */
export function proofParts(reading: PlanReading, { moved }: Moves): readonly PlannedPart[] {
  const doubtful = moved.filter(({ types }) => !types.isEvery);
  return doubtful.length === 0 ? [] : [proofPart(reading, doubtful, 'up')];
}

/** The second columns, complete. */
export function secondOperations(context: PostgresContext, moves: Moves): readonly Operation[] {
  return moves.moved.length === 0
    ? []
    : [...addSeconds(context, moves.moved, 'new'), ...completeSeconds(context, moves, 'new')];
}

/** Expand ends with the swap; the parts behind it are for `down`, which makes the former columns complete first. */
export function swapParts(
  reading: PlanReading,
  confirmed: ConfirmedValues,
  moves: Moves,
): readonly PlannedPart[] {
  const { moved } = moves;
  if (moved.length === 0) return [];
  const changes = moved.map(({ change }) => change);
  const from = withSecond(reading.from, moved, 'new');
  const after = applyChanges(reading.from, changes);
  const sides = { ...reading, from, to: { ...after, views: reading.from.views ?? [] }, renames: [] };
  const context = contextOf({ ...sides, changes }, confirmed);
  const { again } = setAsideInMain(context.attached, context);
  const part = swapPart(context, moves, { again, changes });
  const swap = withViews([part], { ...sides, changes: [] }, context.names);
  const standing = withSecond(after, moved, 'old');
  const still = { ...sides, from: standing, to: standing, changes: [] };
  return [
    ...swap.map((part) => ({ ...part, title: 'Swap' })),
    ...renderPostgres(still, confirmed, (own) => standInSeconds(own, moves)),
    proofPart(reading, moved, 'down'),
  ];
}

/** Contract: the former columns go. `down` brings them back where every value fits. */
export function goneOperations(context: PostgresContext, { moved }: Moves): readonly Operation[] {
  return moved.length === 0 ? [] : dropSeconds(context, moved);
}

/** Behind the last part of contract, so that `down` begins with it. */
export function proofBack(reading: PlanReading, { moved }: Moves): readonly PlannedPart[] {
  return moved.length === 0 ? [] : [proofPart(reading, moved, 'down')];
}

/** What a swap is for, and the objects around it that PostgreSQL cannot keep. */
interface SwapOf {
  readonly again: readonly AttachedObject[];
  readonly changes: readonly Change[];
  /** Whether there is no way back: what changes places goes at once; default false. */
  readonly isLast?: boolean;
}

/** The exchange of the columns, with what stands around it. */
export function swapPart(
  context: PostgresContext,
  moves: Moves,
  { again, changes, isLast = false }: SwapOf,
): PlannedPart {
  const { names } = context;
  const aside = again.map((one) => ({
    reason: `${one.kind} ${one.name}: set aside, and created again after the swap`,
    ...setAside(names, one),
  }));
  const main = { phase: 'main', step: 'alter', alone: false } as const;
  const swapping = { context, ...moves };
  const swap: Operation = {
    ...main,
    reason: `${reasonOf(changes)}: the second column takes the place of the first`,
    reasonBack: `${reasonOf(invert(changes))}: the columns change places again`,
    up: isLast ? lastSwapStatements(swapping) : swapStatements(swapping, 'up'),
    down: isLast ? [] : swapStatements(swapping, 'down'),
  };
  const around = (up: readonly Statement[], down: readonly Statement[], reason: string): Operation => ({
    ...main,
    ...{ reason, up, down },
  });
  const part = partOf(
    [],
    [
      ...aside.map(({ reason, drop, create }) => around(drop, create, reason)),
      swap,
      ...aside.map(({ reason, drop, create }) => around(create, drop, reason)),
    ],
  );
  return { ...part, changes };
}

function proofPart(reading: PlanReading, moved: readonly MovedColumn[], way: 'up' | 'down'): PlannedPart {
  const { names } = contextOf({ ...reading, changes: [] }, NO_CONFIRMED_VALUES);
  const operations = moved.map(({ table, live, desired, types }): Operation => {
    const [from, to] = way === 'up' ? [live, desired] : [desired, live];
    const key = reading.from.tables.find(({ name }) => name === table)?.primaryKey?.columns ?? [];
    const proof = proofOf({
      ...{ path: names.path(table), column: live.name, key },
      ...{ from: names.type(from.type), to: names.type(to.type) },
      isExact: way === 'down' && types.isRounded,
    });
    return {
      ...{ phase: 'main', step: 'alter', alone: false },
      reason: `${table}.${live.name}: finds values that cannot be ${to.type}`,
      up: way === 'up' ? [proof] : [],
      down: way === 'down' ? [proof] : [],
    };
  });
  const part = partOf([], operations);
  const [first] = moved;
  return {
    ...part,
    phase: 'refresh',
    title: 'Test',
    subject: `${first?.table ?? ''}_${first?.live.name ?? ''}`,
  };
}

/** What an application may notice of the swap, and what `down` cannot do any more. */
export function limitsOfMoves({ moved }: Moves): readonly string[] {
  return moved.flatMap((one) => [
    ...limitsOfPlaces({ moved: [one] }),
    ...(one.types.limit === undefined ? [] : [`${one.table}.${one.live.name}: ${one.types.limit}`]),
  ]);
}

/** Columns that get another place. */
export function limitsOfPlaces({ moved }: Pick<Moves, 'moved'>): readonly string[] {
  return moved.map(
    ({ table, live }) =>
      `${table}.${live.name}: the column is the last one of its table from the swap on, for INSERT and COPY without a list of columns`,
  );
}
