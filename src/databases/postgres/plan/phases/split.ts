/** Which changes are made before the older release is gone, and which ones after that. */

import { changedPart, type AlterChange, type Change, type DropChange } from '../../../../schema/change.js';
import { reasonOf } from '../../../../schema/describe-change.js';
import type {
  CheckModel,
  ColumnModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  TableModel,
} from '../../../../schema/model.js';
import type { ConfirmedValues, PlanReading } from '../../../planning.js';
import { isMadeOf } from '../coexistence.js';
import { elementMentions } from '../sql-reader.js';
import type { ColumnRename } from './bridge.js';
import { enumChange, isOfNewValue } from './enum-change.js';
import type { Fill } from './fill.js';
import { isFollowing } from './views-beside.js';

/** The two halves of a change. */
export interface Split {
  readonly expand: readonly Change[];
  readonly contract: readonly Change[];
  readonly fills: readonly Fill[];
  /** Changes that one of the two releases does not survive, in words. */
  readonly inOneStep: readonly string[];
}

const NOTHING: Split = { expand: [], contract: [], fills: [], inOneStep: [] };

/** What the decision about a change needs beside it. */
export interface Splitting {
  readonly reading: PlanReading;
  readonly confirmed: ConfirmedValues;
  /** Renamed columns: what uses one of them changes in contract. */
  readonly bridged: readonly ColumnRename[];
  /** Tables that get another name: their parts get theirs with them. */
  readonly aliased: readonly string[];
  /** Changes of types that an older release does not notice. */
  readonly plain: readonly Change[];
}

/** Divides the changes. */
export function splitChanges(splitting: Splitting): Split {
  const { bridged, aliased } = splitting;
  const isLate = (change: Change) =>
    touches(change, bridged) || (aliased.includes(change.table) && isNameOnly(change));
  const halves = splitting.reading.changes.map((change) =>
    isLate(change) ? { ...NOTHING, contract: [change] } : splitOf(change, splitting),
  );
  return {
    expand: halves.flatMap(({ expand }) => expand),
    contract: halves.flatMap(({ contract }) => contract),
    fills: halves.flatMap(({ fills }) => fills),
    inOneStep: halves.flatMap(({ inOneStep }) => inOneStep),
  };
}

function splitOf(change: Change, splitting: Splitting): Split {
  switch (change.kind) {
    case 'add-column':
      return required(change, splitting);
    case 'drop-column':
      return columnGone(change);
    case 'alter-column':
      return alteredColumn(change, splitting);
    case 'drop-table':
      return tableGone(change);
    case 'drop-enum':
    case 'drop-view':
      return contracted(change);
    case 'alter-enum':
      return { ...NOTHING, ...enumChange(change) };
    case 'drop-primary-key':
    case 'alter-primary-key':
      return isNameOnly(change) ? expanded(change) : inOneStep(change);
    case 'alter-view':
      return isFollowing(change) ? contracted(change) : inOneStep(change);
    case 'add-primary-key':
      return contracted(change);
    default:
      return splitPart(change, splitting);
  }
}

function splitPart(change: Change, splitting: Splitting): Split {
  switch (change.kind) {
    case 'add-index':
      return change.desired.unique ? constraint(change, splitting) : expanded(change);
    case 'drop-index':
      return change.live.unique ? released(change, splitting) : contracted(change);
    case 'alter-index':
      return change.live.unique || change.desired.unique ? altered(change, splitting) : expanded(change);
    case 'add-unique':
    case 'add-check':
    case 'add-foreign-key':
    case 'add-exclusion':
      return constraint(change, splitting);
    case 'drop-unique':
      return released(change, splitting);
    case 'alter-unique':
    case 'alter-check':
    case 'alter-foreign-key':
    case 'alter-exclusion':
      return altered(change, splitting);
    default:
      return expanded(change);
  }
}

function expanded(change: Change): Split {
  return { ...NOTHING, expand: [change] };
}

function contracted(change: Change): Split {
  return { ...NOTHING, contract: [change] };
}

function inOneStep(change: Change): Split {
  return { ...NOTHING, expand: [change], inOneStep: [reasonOf([change])] };
}

/** A required column is nullable until contract; a trigger fills the rows of the older release. */
function required(change: Extract<Change, { readonly kind: 'add-column' }>, { confirmed }: Splitting): Split {
  const { table, object, desired } = change;
  const value = confirmed.backfills.get(`${table}.${object}`);
  if (desired.nullable || value === undefined || isGivenByDatabase(desired)) return expanded(change);
  const live = { ...desired, nullable: true };
  return {
    ...NOTHING,
    expand: [{ ...change, desired: live }],
    contract: [{ kind: 'alter-column', table, object, aspects: ['nullable'], live, desired }],
    fills: [{ table, column: object, value, isOld: false }],
  };
}

/** Whether rows of a release that leaves the column out get a value. */
function isGivenByDatabase({ default: value, identity, generated }: ColumnModel): boolean {
  return value !== null || identity !== null || generated !== null;
}

/** The newer release leaves the column out, so it may not require a value. */
function columnGone(change: DropChange<'column'>): Split {
  const { table, object, live } = change;
  if (live.nullable || isGivenByDatabase(live)) return contracted(change);
  const desired = { ...live, nullable: true };
  return {
    ...NOTHING,
    expand: [{ kind: 'alter-column', table, object, aspects: ['nullable'], live, desired }],
    contract: [{ ...change, live: desired }],
  };
}

/** Aspects without which an older release works in the same way. */
const HARMLESS = ['comment', 'nullable', 'default'];

function alteredColumn(change: AlterChange<'column'>, { confirmed, plain, reading }: Splitting): Split {
  const { table, object, aspects, live, desired } = change;
  const harmless = plain.includes(change) ? [...HARMLESS, 'type', 'collation'] : HARMLESS;
  if (aspects.some((aspect) => !harmless.includes(aspect))) return inOneStep(change);
  const isStricter = desired.default === null || isOfNewValue(desired, reading.changes);
  const late = aspects.filter(
    (aspect) => (aspect === 'nullable' && !desired.nullable) || (aspect === 'default' && isStricter),
  );
  if (late.length === 0) return expanded(change);
  const fieldsOf = (model: ColumnModel) =>
    Object.fromEntries(late.map((aspect) => [aspect, model[aspect as keyof ColumnModel]]));
  const { notNull } = live;
  const between: ColumnModel = { ...desired, ...fieldsOf(live), ...(notNull ? { notNull } : {}) };
  const early = aspects.filter((aspect) => !late.includes(aspect));
  const value = confirmed.backfills.get(`${table}.${object}`);
  const isFilled = late.includes('nullable') && value !== undefined;
  return {
    ...NOTHING,
    expand: early.length === 0 ? [] : [{ ...change, aspects: early, desired: between }],
    contract: [{ ...change, aspects: late, live: between }],
    fills: isFilled ? [{ table, column: object, value, isOld: true }] : [],
  };
}

/** The deletes of the newer release would be checked against rows that it does not know. */
function tableGone(change: Extract<Change, { readonly kind: 'drop-table' }>): Split {
  const { table, live } = change;
  const keys = live.foreignKeys.filter((key) => key.table !== table);
  return {
    ...NOTHING,
    expand: keys.map((key) => ({
      kind: 'drop-foreign-key',
      table,
      object: key.name ?? '',
      live: key,
    })),
    contract: [
      {
        ...change,
        live: { ...live, foreignKeys: live.foreignKeys.filter((key) => !keys.includes(key)) },
      },
    ],
  };
}

/** A constraint that rows of the older release may violate. */
function constraint(change: Change, { reading }: Splitting): Split {
  const model = 'desired' in change ? change.desired : undefined;
  const isNullable = (column: string) =>
    reading.changes.some(
      (one) =>
        one.kind === 'add-column' &&
        one.table === change.table &&
        one.object === column &&
        one.desired.nullable &&
        !isGivenByDatabase(one.desired),
    );
  // The older release leaves the column out, and NULL satisfies the constraint.
  return acceptsNull(model) && columnsOf(model).some(isNullable) ? expanded(change) : contracted(change);
}

function acceptsNull(model: object | undefined): model is KeyModel | IndexModel | ForeignKeyModel {
  if (model === undefined) return false;
  if ('references' in model) return (model as ForeignKeyModel).match === 'SIMPLE';
  return 'nulls' in model && model.nulls === 'distinct';
}

function columnsOf(model: KeyModel | IndexModel | ForeignKeyModel): readonly string[] {
  return 'keys' in model ? model.keys.flatMap(({ column }) => column ?? []) : model.columns;
}

/** A unique column that the newer release leaves out is NULL in its rows: the older one may still upsert by it. */
function released(change: DropChange<'unique'> | DropChange<'index'>, { reading }: Splitting): Split {
  const columns = columnsOf(change.live);
  const isLeft = reading.changes.some(
    (one) =>
      one.kind === 'drop-column' &&
      one.table === change.table &&
      columns.includes(one.object) &&
      (one.live.default === null || one.live.identity !== null),
  );
  return isLeft && change.live.nulls === 'distinct' ? contracted(change) : expanded(change);
}

/** A constraint of another content: neither release violates it while there is none. */
function altered(
  change: Extract<
    Change,
    { readonly kind: `alter-${'unique' | 'index' | 'check' | 'foreign-key' | 'exclusion'}` }
  >,
  splitting: Splitting,
): Split {
  if (isNameOnly(change)) return expanded(change);
  if (change.aspects.join() === 'validated') return contracted(change);
  const part = changedPart(change);
  const { table, live, desired } = change;
  const gone = { kind: `drop-${part}`, table, object: live.name ?? '', live } as Change;
  const added = { kind: `add-${part}`, table, object: change.object, desired } as Change;
  const late = splitPart(added, splitting);
  return { ...NOTHING, expand: [gone, ...late.expand], contract: late.contract };
}

function isNameOnly(change: Change): boolean {
  return 'aspects' in change && change.aspects.join() === 'name';
}

/** Whether a change concerns a column that has two names until contract. */
export function touches(change: Change, bridged: readonly ColumnRename[]): boolean {
  const models = [
    ...('live' in change ? [change.live] : []),
    ...('desired' in change ? [change.desired] : []),
  ];
  return bridged.some(({ table, to }) =>
    models.some(
      (model) =>
        (change.table === table && uses(model, to)) ||
        keysOf(model).some((key) => key.table === table && key.references.includes(to)),
    ),
  );
}

function keysOf(model: object): readonly ForeignKeyModel[] {
  if ('references' in model) return [model as ForeignKeyModel];
  return 'foreignKeys' in model ? (model as TableModel).foreignKeys : [];
}

function uses(model: object, column: string): boolean {
  if ('persistence' in model) return false;
  if ('type' in model) return (model as ColumnModel).name === column;
  if ('elements' in model) return excludes(model as ExclusionModel, column);
  if (!('keys' in model || 'columns' in model || 'expression' in model)) return false;
  return isMadeOf(model as IndexModel | KeyModel | CheckModel | ForeignKeyModel, column);
}

function excludes({ elements, where }: ExclusionModel, column: string): boolean {
  const all = [...elements.map(({ expression }) => expression.sql), ...(where ? [where.sql] : [])];
  return all.some((sql) => elementMentions(sql, column));
}
