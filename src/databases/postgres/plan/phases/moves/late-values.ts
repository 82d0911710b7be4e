/** What contract does last: types lose values, behind all other changes of the group. */

import type { AlterChange, Change } from '../../../../../schema/change.js';
import type { PlanReading } from '../../../../planning.js';
import { isOfColumns, recreatesEnum } from '../../enum-ways.js';
import { between } from '../between.js';
import type { ColumnRename } from '../bridge.js';
import type { Split } from '../split.js';
import type { ValuesApart } from '../values.js';
import type { MovedValues } from './moved-values.js';
import type { Moves } from './plan-moves.js';
import { valueMovesOf, type ValueMoves } from './plan-values.js';

/** The last work of contract, and the halves without it. */
export interface LateValues {
  readonly split: Split;
  readonly moves: ValueMoves;
  /** Its columns: a view that reads one would follow the former column. */
  readonly names: readonly ColumnRename[];
  /** Whether there is any. */
  readonly isMoved: boolean;
}

interface Given {
  readonly reading: PlanReading;
  readonly split: Split;
  readonly moves: Moves;
  readonly values: ValuesApart;
}

/** @param isRewritten whether the tables of the types may be rewritten: then it is a change like any other */
export function lateValues(given: Given, isRewritten: boolean): LateValues {
  const { reading, split, moves, values } = given;
  const expand = [...split.expand, ...moves.moved.map(({ change }) => change)];
  const expanded = between(reading.from, expand, reading.to);
  const isUsed = ({ object }: Change) => isOfColumns(expanded, object);
  const types = isRewritten ? [] : split.contract.filter(isLosing).filter(isUsed);
  const isMoved = types.length > 0;
  const naming = isMoved ? values.split.contract.filter((change) => !isLosing(change)) : [];
  const late: readonly Change[] = [...types, ...naming];
  const contract = split.contract.filter((change) => !late.includes(change));
  const start = between(expanded, contract, reading.to);
  const end = between(start, [...late, ...(isMoved ? defaultsOf(values) : [])], reading.to);
  const all = types.map((change) => movedValues(change, values));
  const own = valueMovesOf({ types: all, start, end }, reading);
  const names = own.moved.map(({ table, live: { name } }) => ({ table, from: name, to: name }));
  return {
    split: { ...split, contract },
    moves: own,
    names: names.map((one) => ({ kind: 'column', ...one })),
    isMoved,
  };
}

function isLosing(change: Change): change is AlterChange<'enum'> {
  return change.kind === 'alter-enum' && recreatesEnum(change);
}

function movedValues({ live, desired, object }: AlterChange<'enum'>, { renamed }: ValuesApart): MovedValues {
  const own = renamed.find(({ type }) => type === object);
  return { live, desired, renamed: own?.values ?? new Map(), joined: own?.joined ?? new Map() };
}

function defaultsOf({ defaults }: ValuesApart): readonly Change[] {
  return defaults.map(({ table, live, desired }) => {
    const object = desired.name;
    return { kind: 'alter-column', table, object, aspects: ['default'], live, desired };
  });
}
