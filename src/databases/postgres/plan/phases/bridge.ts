/**
 * A renamed column under both names until contract. The new name is a copy without constraints, which a trigger keeps
 * equal to the original in both directions. Contract swaps the names, so that the original with all that hangs on it
 * gets the new one, and drops the copy.
 */

import type { ColumnModel, IndexModel, SchemaModel, TableModel } from '../../../../schema/model.js';
import type { Rename } from '../../../../schema/rename.js';
import { NAME_BYTES, truncated } from '../../../../sql/identifiers.js';
import { quoteIdentifier } from '../../../../sql/quote.js';
import { allowing, alterTable, type Statement } from '../../../../sql/statement.js';
import type { BridgeFacts } from '../../../bridge-facts.js';
import { fillColumn, setDefault } from '../columns.js';
import type { OfTable } from '../part-of-table.js';
import type { PostgresContext } from '../context.js';
import { isMadeOf } from '../coexistence.js';
import { addIndex } from '../indexes.js';
import { keyIndex } from '../key-index.js';
import { reversed, type Operation } from '../operation.js';
import type { PostgresNames } from '../sql.js';
import {
  differs,
  dropAgreement,
  proveAgreement,
  relyOnAgreement,
  requireAgreement,
  type Agreement,
} from './agreement.js';
import { copyProperties } from './column-properties.js';
import { guardRows, guardTable } from './live-guard.js';
import { indexWithTypes, type TypeNames } from './type-names.js';
import { createTrigger, dropTrigger, functionOf, triggerName, type RowTrigger } from './trigger.js';

export type ColumnRename = Extract<Rename, { readonly kind: 'column' }>;

/** A table whose column has two names. */
export interface Bridge {
  readonly rename: ColumnRename;
  /** The column at head, under its old name. */
  readonly column: ColumnModel;
  /** The same after the renames, which may concern its type. */
  readonly columnAfter: ColumnModel;
  /** The table at head, under the old name of the column. */
  readonly before: TableModel;
  /** The table after the rename, under the new name. */
  readonly after: TableModel;
  readonly facts: BridgeFacts;
  /** Renames of the same table that come before this one: an index of several copies is theirs. */
  readonly earlier: readonly ColumnRename[];
  /** Enumerated types that contract renames: their names at head by those after it. */
  readonly types: TypeNames;
}

/** One of the two states: which name is the copy. */
interface State {
  readonly table: string;
  readonly copy: string;
  readonly original: string;
  /** The original. */
  readonly model: ColumnModel;
  /** The table, with the name of the copy in place of that of the original. */
  readonly like: TableModel;
  /** Copies whose indexes are there already. */
  readonly earlier: readonly string[];
  /** Names of types in this state by those in the table. */
  readonly types: TypeNames;
}

/** In expand, the new name is the copy. */
function expanded({ rename: { table, from, to }, column, after, types, ...bridge }: Bridge): State {
  const earlier = bridge.earlier.map((rename) => rename.to);
  return { table, copy: to, original: from, model: column, like: after, types, earlier };
}

/** Behind the swap, the old name is the copy. */
function swapped({ rename: { table, from, to }, columnAfter, before, ...bridge }: Bridge): State {
  const types = new Map([...bridge.types].map(([after, head]) => [head, after]));
  const earlier = bridge.earlier.map((rename) => rename.from);
  return { table, copy: from, original: to, model: columnAfter, like: before, types, earlier };
}

/** Expand: the copy, its trigger and check, its values, its indexes, and the proof that both names agree. */
export function bridgeOperations(context: PostgresContext, bridge: Bridge): readonly Operation[] {
  const { table, from, to } = bridge.rename;
  const words = `${table}.${to}: a copy of ${from}, so that two releases use their own name`;
  return copyOperations(context, bridge, expanded(bridge)).map((operation) => ({
    ...operation,
    reason: operation.reason === '' ? words : operation.reason,
    reasonBack: `${table}.${to}: the copy of ${from} is dropped`,
  }));
}

/** Contract, behind the swap: the copy goes; `down` brings it back. */
export function bridgeGone(context: PostgresContext, bridge: Bridge): readonly Operation[] {
  const { table, from, to } = bridge.rename;
  return reversed(copyOperations(context, bridge, swapped(bridge))).map((operation) => ({
    ...operation,
    reason: `${table}.${from}: the copy under the old name is dropped`,
    reasonBack:
      operation.reason === ''
        ? `${table}.${from}: a copy of ${to}, so that the older release uses its own name`
        : operation.reason,
  }));
}

/** The exchange of both names, in either direction. */
export function swapStatements(
  names: PostgresNames,
  bridge: Bridge,
  way: 'up' | 'down',
): readonly Statement[] {
  const state = way === 'up' ? expanded(bridge) : swapped(bridge);
  const next = way === 'up' ? swapped(bridge) : expanded(bridge);
  const path = names.path(state.table);
  const between = `${truncated(state.original, NAME_BYTES - '_renamed'.length)}_renamed`;
  const renamed = (from: string, to: string) =>
    alterTable(path, `RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`);
  const allowed = (one: Statement) =>
    way === 'up' ? allowing('rename-column', 'the column has both names', one) : one;
  return [
    relyOnAgreement(agreementOf(names, bridge, state)),
    allowed(renamed(state.original, between)),
    renamed(state.copy, state.original),
    allowed(renamed(between, state.copy)),
    functionOf(names, triggerOf(names, bridge, next)),
  ];
}

/** A schema with the copy and its indexes, as far as a plan looks at them. */
export function withCopies(schema: SchemaModel, bridges: readonly Bridge[], isSwapped: boolean): SchemaModel {
  const copies = bridges.map((bridge) => ({ bridge, state: isSwapped ? swapped(bridge) : expanded(bridge) }));
  return {
    ...schema,
    tables: schema.tables.map((table) => {
      const own = copies.filter(({ state }) => state.table === table.name);
      if (own.length === 0) return table;
      return {
        ...table,
        columns: [...table.columns, ...own.map(({ bridge, state }) => copyOf(bridge, state))],
        indexes: [...table.indexes, ...own.flatMap(({ state }) => copiedIndexes(state))],
      };
    }),
  };
}

/** Without a comment and without constraints; a domain may forbid NULL before the trigger has a say. */
function copyOf({ facts }: Bridge, { copy, model: column }: State): ColumnModel {
  return {
    ...column,
    name: copy,
    type: facts.baseType ?? column.type,
    nullable: true,
    default: hasSameDefault(column) ? column.default : null,
    identity: null,
    comment: null,
  };
}

/**
 * A nullable column with a default: an explicit NULL differs from a value that is left out only if both names have the
 * same default.
 */
function hasSameDefault({ nullable, default: value }: ColumnModel): boolean {
  return nullable && value !== null;
}

/** Reasons are empty where those of the two directions differ. */
function copyOperations(context: PostgresContext, bridge: Bridge, state: State): readonly Operation[] {
  const { names } = context;
  const { table, copy, original } = state;
  const column = copyOf(bridge, state);
  const of: OfTable<ColumnModel> = { table, model: column, reason: '' };
  const path = names.path(table);
  const trigger = triggerOf(names, bridge, state);
  const agreement = agreementOf(names, bridge, state);
  const main = { phase: 'main', alone: false, reason: '' } as const;
  return [
    {
      ...main,
      step: 'add-column',
      up: [
        guardTable({ path, table, column: original }),
        guardRows({ path, table, column: original }),
        alterTable(path, `ADD COLUMN ${names.column({ ...column, default: null })}`),
        ...(column.default ? [setDefault(context, of, column)] : []),
        copyProperties({ path, from: original, to: copy }),
      ],
      down: [alterTable(path, `DROP COLUMN ${quoteIdentifier(copy)}`)],
    },
    {
      ...main,
      step: 'attach',
      up: [...createTrigger(names, trigger), requireAgreement(agreement)],
      down: [dropAgreement(agreement), ...dropTrigger(names, trigger)],
    },
    fillColumn(context, of, { value: quoteIdentifier(original), isAnalyzed: true }),
    ...copiedIndexes(state).flatMap((index) =>
      addIndex(context, {
        table,
        model: index,
        reason: `${table}.${copy}: an index for the copy, built without blocking writes`,
      }),
    ),
    {
      ...{ ...main, phase: 'validate', step: 'alter', up: [proveAgreement(agreement)], down: [] },
      reason: `${table}.${copy}: proves that every row has one value under both names, without blocking queries`,
    },
  ];
}

/** The check that keeps the names equal has the name of their trigger. */
function agreementOf(names: PostgresNames, bridge: Bridge, state: State): Agreement {
  const { table, original, copy } = state;
  const key = (state.copy === bridge.rename.to ? bridge.before : bridge.after).primaryKey?.columns ?? [];
  const { name } = triggerOf(names, bridge, state);
  return { table, path: names.path(table), original, copy, baseType: bridge.facts.baseType, key, name };
}

/**
 * Never unique: an upsert names one of two unique indexes, and fails on the other one.
 */
function copiedIndexes({ copy, like, types, earlier }: State): readonly IndexModel[] {
  const keys = [...(like.primaryKey ? [like.primaryKey] : []), ...like.uniques].map(keyIndex);
  return [...keys, ...like.indexes]
    .filter((index) => isMadeOf(index, copy) && !earlier.some((other) => isMadeOf(index, other)))
    .map((index) => ({
      ...indexWithTypes(index, types),
      name: copiedName(index.name, like.name),
      unique: false,
      nulls: 'distinct',
    }));
}

/** Both states call it alike, whatever the entities call the index. */
function copiedName(name: string, table: string): string {
  const ending = '_copy';
  const whole = name === '' ? `${table.slice(table.indexOf('.') + 1)}_key` : name;
  return `${truncated(whole, NAME_BYTES - ending.length)}${ending}`;
}

/** On INSERT the name that is left out follows the other one; on UPDATE the copy wins where it has changed. */
function triggerOf(names: PostgresNames, bridge: Bridge, state: State): RowTrigger {
  const { table, copy, original } = state;
  const { from, to } = bridge.rename;
  const model = copyOf(bridge, state);
  const [ofCopy, ofOriginal] = [`NEW.${quoteIdentifier(copy)}`, `NEW.${quoteIdentifier(original)}`];
  const isLeftOut = model.default
    ? `NOT ${differs(ofCopy, `(${model.default.sql})::${names.type(model.type)}`)}`
    : `${ofCopy} IS NOT DISTINCT FROM NULL`;
  return {
    table,
    name: triggerName(table, from, to),
    columns: [from, to],
    lines: [
      `IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN`,
      `  IF ${isLeftOut} THEN ${ofCopy} := ${ofOriginal};`,
      `  ELSE ${ofOriginal} := ${ofCopy}; END IF;`,
      `ELSIF ${differs(ofCopy, `OLD.${quoteIdentifier(copy)}`)} THEN ${ofOriginal} := ${ofCopy};`,
      `ELSE ${ofCopy} := ${ofOriginal}; END IF;`,
      'RETURN NEW;',
    ],
  };
}
