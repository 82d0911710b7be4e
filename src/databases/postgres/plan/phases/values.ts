/**
 * Values of enumerated types that get another name. Until contract the type has both: each release writes its own, and
 * no row changes under the older one. Contract moves the rows, and then the type loses the former value.
 */

import { elementType } from '../../../../schema/element-type.js';
import { changedObject, changedPart, type Change } from '../../../../schema/change.js';
import { diff } from '../../../../schema/diff.js';
import {
  PART_LISTS,
  type ColumnModel,
  type EnumModel,
  type SchemaModel,
  type TableModel,
} from '../../../../schema/model.js';
import { normalise } from '../../../../schema/normalise.js';
import type { Rename } from '../../../../schema/rename.js';
import { EQ, OVERLAPS } from '../../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../../sql/quote.js';
import type { PlanReading } from '../../../planning.js';
import { fillColumn, setDefault } from '../columns.js';
import type { PostgresContext } from '../context.js';
import { isOfEnum } from '../enum-ways.js';
import type { Operation } from '../operation.js';
import type { PostgresNames } from '../sql.js';
import { enumChange } from './enum-change.js';

type ValueRename = Extract<Rename, { readonly kind: 'value' }>;

/** A type whose values get other names, and both sides of it. */
export interface RenamedValues {
  readonly type: string;
  /** Former name -> new name. */
  readonly values: ReadonlyMap<string, string>;
  /** A value that goes -> the one that its rows get. */
  readonly joined: ReadonlyMap<string, string>;
  readonly live: EnumModel;
  readonly desired: EnumModel;
}

/** A column whose rows have other values in contract. */
interface Moved {
  readonly table: string;
  readonly column: ColumnModel;
  readonly of: RenamedValues;
}

/** A comparison in which no value is renamed, and the work in place of the renames. */
export interface ValuesApart {
  readonly reading: PlanReading;
  readonly renamed: readonly RenamedValues[];
  readonly split: { readonly expand: readonly Change[]; readonly contract: readonly Change[] };
  readonly moved: readonly Moved[];
  /** Columns whose defaults name a value. */
  readonly defaults: readonly DefaultChange[];
}

/** The default of a column on both sides. */
interface DefaultChange {
  readonly table: string;
  readonly live: ColumnModel;
  readonly desired: ColumnModel;
}

/** Takes the renames of values out of a comparison. */
export function valuesApart(reading: PlanReading): ValuesApart {
  const renamed = renamedIn(reading);
  if (renamed.length === 0) return { reading, renamed, split: NOTHING, moved: [], defaults: [] };
  const from = { ...before(reading, renamed), views: reading.from.views ?? [] };
  const found = partsNaming(reading, from);
  const isOfFound = (change: Change) => found.some((one) => isOfPart(change, one));
  // TypeORM derives names from conditions, so a part may also get another name.
  const derived = new Set(reading.changes.filter(isOfFound).map(changedObject));
  const isNaming = (change: Change) => isOfFound(change) || derived.has(changedObject(change));
  const isOfType = ({ kind, object }: Change) =>
    kind === 'alter-enum' && renamed.some(({ type }) => type === object);
  const own = diff(normalise(from), normalise(reading.to)).filter(isNaming);
  const types = renamed.map((one) => enumChange({ live: one.live, desired: one.desired }));
  return {
    reading: {
      ...reading,
      from,
      changes: reading.changes.filter((one) => !isNaming(one) && !isOfType(one)),
      renames: reading.renames.filter(({ kind }) => kind !== 'value'),
    },
    renamed,
    split: {
      expand: [...types.flatMap(({ expand }) => expand), ...own.flatMap(dropOfCheck)],
      contract: [...types.flatMap(({ contract }) => contract), ...own.flatMap(replacement)],
    },
    moved: renamed.flatMap((of) => movedIn(from, of)),
    defaults: own.flatMap((change) =>
      change.kind === 'alter-column'
        ? [{ table: change.table, live: change.live, desired: change.desired }]
        : [],
    ),
  };
}

const NOTHING: ValuesApart['split'] = { expand: [], contract: [] };

/** By type: a value is renamed once for all columns of it. */
function renamedIn({ renames, head, from, to }: PlanReading): readonly RenamedValues[] {
  const all = renames.flatMap((one) =>
    one.kind === 'value' ? [{ rename: one, type: typeOf(from, one) }] : [],
  );
  return [...new Set(all.map(({ type }) => type))].flatMap((type) => {
    const [live, desired] = [head, to].map(({ enums }) => enums.find(({ name }) => name === type));
    const named = (isJoining: boolean) =>
      new Map(
        all
          .filter((one) => one.type === type && (one.rename.joins ?? false) === isJoining)
          .map(({ rename }) => [rename.from, rename.to] as const),
      );
    return live && desired ? [{ type, values: named(false), joined: named(true), live, desired }] : [];
  });
}

function typeOf({ tables }: SchemaModel, { table, column }: ValueRename): string {
  const columns = tables.find(({ name }) => name === table)?.columns ?? [];
  const type = columns.find(({ name }) => name === column)?.type ?? '';
  return elementType(type.replace(/^enum /, ''));
}

/** The schema with the former values, also in expressions that name them. */
function before({ head, from, renames }: PlanReading, renamed: readonly RenamedValues[]): SchemaModel {
  const isRenamed = (table: string) => renames.some((one) => one.kind === 'column' && one.table === table);
  return {
    ...from,
    enums: from.enums.map((one) => renamed.find(({ type }) => type === one.name)?.live ?? one),
    tables: from.tables.map((table) => {
      const former = head.tables.find(({ name }) => name === table.name);
      return former && !isRenamed(table.name) ? withFormer(table, former) : table;
    }),
  };
}

/** PostgreSQL shows the new name of a value in every expression: only the texts differ. */
function withFormer(table: TableModel, former: TableModel): TableModel {
  const restore = <T extends { readonly name: string | null }>(own: readonly T[], parts: readonly T[]) =>
    own.map((one) => {
      const other = parts.find(({ name }) => name === one.name);
      return other && textsIn(other).join('\0') !== textsIn(one).join('\0') ? other : one;
    });
  return {
    ...table,
    columns: restore(table.columns, former.columns),
    checks: restore(table.checks, former.checks),
    indexes: restore(table.indexes, former.indexes),
    exclusions: restore(table.exclusions, former.exclusions),
  };
}

/** The expressions of a part, in its order. */
function textsIn(model: unknown): readonly string[] {
  if (typeof model !== 'object' || model === null) return [];
  return Object.entries(model).flatMap(([key, value]) =>
    typeof value === 'string' ? (key === 'sql' || key === 'expression' ? [value] : []) : textsIn(value),
  );
}

/** A part of a table whose expressions name a value. */
interface PartNaming {
  readonly kind: (typeof NAMING)[number];
  readonly table: string;
  /** With the former value. */
  readonly model: TableModel['columns' | 'checks' | 'indexes' | 'exclusions'][number];
}

const NAMING = ['column', 'check', 'index', 'exclusion'] as const;

/** Those whose expressions differ between the two names of a value. */
export function partsNaming({ from }: PlanReading, start: SchemaModel): readonly PartNaming[] {
  return start.tables.flatMap((table) => {
    const after = from.tables.find(({ name }) => name === table.name);
    return NAMING.flatMap((kind) => {
      const list = PART_LISTS[kind];
      return table[list]
        .filter((model, index) => after?.[list][index] !== model)
        .map((model) => ({ kind, table: table.name, model }));
    });
  });
}

function isOfPart(change: Change, { kind, table, model }: PartNaming): boolean {
  const names = [change.object, 'live' in change ? change.live.name : null];
  return changedPart(change) === kind && change.table === table && names.includes(model.name);
}

/** A check may refuse the other release's value, so there is none until contract. */
function dropOfCheck(change: Change): readonly Change[] {
  if (!('live' in change)) return [];
  const { kind, table, live } = change;
  return kind === 'alter-check' || kind === 'drop-check'
    ? [{ kind: 'drop-check', table, object: live.name ?? change.object, live }]
    : [];
}

/** Indexes and constraints get their new condition behind the older release. Defaults are another operation. */
function replacement(change: Change): readonly Change[] {
  const part = changedPart(change);
  if (part === 'column') return [];
  const { table, object } = change;
  const gone = 'live' in change && part !== 'check' ? change.live : undefined;
  const added = 'desired' in change ? change.desired : undefined;
  if (change.kind === 'drop-check') return [];
  return [
    ...(gone ? [{ kind: `drop-${part}`, table, object: gone.name ?? object, live: gone } as Change] : []),
    ...(added ? [{ kind: `add-${part}`, table, object, desired: added } as Change] : []),
  ];
}

function movedIn({ tables }: SchemaModel, of: RenamedValues): readonly Moved[] {
  return tables.flatMap(({ name, columns }) =>
    columns.filter((column) => isOfEnum(column, of.type)).map((column) => ({ table: name, column, of })),
  );
}

/** Expand: until contract, `down` gives the rows of the newer release the value that the older one knows. */
export function valuesBack(context: PostgresContext, { moved }: ValuesApart): readonly Operation[] {
  const renamed = moved.filter(({ of }) => of.values.size > 0);
  return renamed.map((one) => ({ ...moving(context, one), up: [] }));
}

/** In one step: rows of values that go get others, before the type loses these values. */
export function valuesJoined(context: PostgresContext, reading: PlanReading): readonly Operation[] {
  const joined = renamedIn(reading).filter((one) => one.joined.size > 0);
  return joined
    .flatMap((of) => movedIn(reading.from, { ...of, values: new Map() }))
    .map((one) => moving(context, one));
}

/** Contract: new rows get the new default, then rows get the new value in batches. */
export function valuesMoved(
  context: PostgresContext,
  { moved, defaults }: ValuesApart,
): readonly Operation[] {
  return [...defaults.map((one) => defaultChange(context, one)), ...moved.map((one) => moving(context, one))];
}

function defaultChange(context: PostgresContext, { table, live, desired }: DefaultChange): Operation {
  const of = { table, model: desired, reason: '' };
  return {
    ...{ phase: 'rename', step: 'alter', alone: false },
    reason: `${table}.${desired.name}: default ${desired.default?.sql ?? 'none'}`,
    reasonBack: `${table}.${desired.name}: default ${live.default?.sql ?? 'none'}`,
    up: [setDefault(context, of, desired)],
    down: [setDefault(context, of, live)],
  };
}

function moving(context: PostgresContext, { table, column, of: { type, values, joined } }: Moved): Operation {
  const forth = new Map([...values, ...joined]);
  const back = new Map([...values].map(([from, to]) => [to, from] as const));
  const of = { table, model: column, reason: '' };
  const one = (names: ReadonlyMap<string, string>) =>
    fillColumn(context, of, exchange(context.names, column, { type, values: names }));
  const words = (names: ReadonlyMap<string, string>) =>
    `${table}.${column.name}: rows with ${[...names].map(([from, to]) => `${from} get ${to}`).join(', ')}, in batches`;
  return {
    ...one(forth),
    phase: 'move',
    reason: words(forth),
    ...(back.size === 0 ? {} : { reasonBack: words(back) }),
    down: back.size === 0 ? [] : one(back).up,
  };
}

/** Which rows of a column change, and how. */
function exchange(
  names: PostgresNames,
  { name, type: ofColumn }: ColumnModel,
  { type, values }: Pick<RenamedValues, 'type' | 'values'>,
): { readonly value: string; readonly where: string } {
  const [column, path] = [quoteIdentifier(name), names.path(type)];
  const all = [...values.keys()].map((value) => `${quoteLiteral(value)}::${path}`);
  const pairs = [...values].map(([from, to]) => [from, to].map((value) => `${quoteLiteral(value)}::${path}`));
  if (ofColumn.endsWith('[]'))
    return {
      value: pairs.reduce((sql, pair) => `pg_catalog.array_replace(${[sql, ...pair].join(', ')})`, column),
      where: `${column} ${OVERLAPS} ARRAY[${all.join(', ')}]`,
    };
  const cases = pairs.map(([from = '', to = '']) => `WHEN ${column} ${EQ} ${from} THEN ${to}`);
  return { value: `CASE ${cases.join(' ')} END`, where: `${column} ${EQ} ANY (ARRAY[${all.join(', ')}])` };
}
