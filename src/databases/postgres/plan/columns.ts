import type { AlterChange } from '../../../schema/change.js';
import type { ColumnModel } from '../../../schema/model.js';
import { alterType } from './alter-type.js';
import { backfillBlock, type Backfill } from './backfill.js';
import type { OfTable } from './part-of-table.js';
import type { PostgresContext } from './context.js';
import { dropLeftHelper } from './helper-check.js';
import { isMadeAgainInMain, isOfEnum } from './enum-ways.js';
import { changeIdentity } from './identity.js';
import { nullAllowed, promiseNotNull, setNotNull, unvalidatedNotNull, validateNotNull } from './not-null.js';
import { reversed, type Operation } from './operation.js';
import {
  allowing,
  allowingHazard,
  alterTable,
  statement,
  validateConstraint,
  type Statement,
} from '../../../sql/statement.js';
import { commentOnColumn } from './tables.js';
import { quoteIdentifier } from '../../../sql/quote.js';

const MAIN = { phase: 'main', alone: false } as const;

/**
 * Adds a column to an existing table. A value that is the same for all rows is part of ADD COLUMN, which rewrites no
 * row. Values that differ by row require a column without values first, which is then filled in batches.
 */
export function addColumn(
  context: PostgresContext,
  of: OfTable<ColumnModel>,
  way: 'taken' | 'reversed' = 'taken',
): readonly Operation[] {
  const { model } = of;
  const value = valueForRows(context, of);
  if (value === undefined) return [addition(context, of, model)];
  const bare = addition(context, of, { ...model, nullable: true, default: null });
  const defaults = model.default ? [setDefault(context, of, model)] : [];
  const first = { ...bare, up: [...bare.up, ...defaults] };
  if (model.nullable) return [first, fill(context, of, value)];
  return [first, ...requireValue(context, of, { value, way })];
}

/**
 * The expression that fills existing rows one by one: that of --backfill, or a default that is not the same for all.
 */
function valueForRows(context: PostgresContext, { table, model }: OfTable<ColumnModel>): string | undefined {
  if (model.identity !== null || model.generated || context.isForeign(table)) return undefined;
  const confirmed = context.confirmed.backfills.get(`${table}.${model.name}`);
  if (confirmed !== undefined) return confirmed;
  return model.default && context.isVolatile(model.default.sql) ? model.default.sql : undefined;
}

function addition(
  { names }: PostgresContext,
  { table, reason }: OfTable<ColumnModel>,
  column: ColumnModel,
): Operation {
  const path = names.path(table);
  const { comment, name } = column;
  return {
    ...MAIN,
    step: column.generated ? 'compute' : 'add-column',
    reason,
    up: [
      filling(column, alterTable(path, `ADD COLUMN ${names.column(column)}`)),
      ...unvalidatedNotNull(path, column),
      ...(comment === null ? [] : [commentOnColumn(names, { table, column: name, comment })]),
    ],
    down: [alterTable(path, `DROP COLUMN ${quoteIdentifier(name)}`, { hazards: ['drop-column'] })],
  };
}

/**
 * PostgreSQL rewrites every row for a column that is numbered, or computed and stored; there is no other way to add
 * one.
 */
export function filling({ identity, generated, storage }: ColumnModel, one: Statement): Statement {
  if (identity !== null) return allowing('add-column-volatile-default', 'every row gets a number', one);
  const isStored = generated !== null && storage !== 'virtual';
  return isStored ? allowing('add-column-volatile-default', 'every row stores a computed value', one) : one;
}

/** Drops a column, as confirmed. */
export function dropColumn(context: PostgresContext, of: OfTable<ColumnModel>): readonly Operation[] {
  const operations = reversed(addColumn(context, of, 'reversed'));
  const allowed = (one: Statement) =>
    nullAllowed(allowingHazard('drop-column', 'asked for with --drop', one));
  return operations.map((operation) => ({ ...operation, up: operation.up.map(allowed) }));
}

function fill(context: PostgresContext, of: OfTable<ColumnModel>, value: string): Operation {
  return fillColumn(context, of, { value, isAnalyzed: false });
}

/** Existing rows get a value in batches, and the server may read its statistics behind that. */
export function fillColumn(
  context: PostgresContext,
  { table, model }: OfTable<ColumnModel>,
  how: Pick<Backfill, 'value' | 'where' | 'isAnalyzed'>,
): Operation {
  const { names } = context;
  const key = keyMeanwhile(context, table, model.name);
  return {
    phase: 'backfill',
    step: 'alter',
    alone: true,
    reason: `${table}.${model.name}: existing rows get a value, in batches`,
    up: [
      statement(backfillBlock({ path: names.path(table), column: model.name, key, ...how }), {
        work: { kind: 'backfill', table: names.path(table), name: model.name },
        uses: [{ table, column: model.name }],
      }),
    ],
    down: [],
    subject: `${table}_${model.name}`,
  };
}

/**
 * The primary key at head at the time when a column is filled: in `up` where the entities declare the column, else in
 * `down`. None where one of its columns does not exist then.
 */
function keyMeanwhile({ names, from, to }: PostgresContext, table: string, filled: string): Backfill['key'] {
  const [before, after] = [from, to].map(({ tables }) => tables.find(({ name }) => name === table));
  const state = after?.columns.some(({ name }) => name === filled) ? after : before;
  const columns = before?.primaryKey?.columns ?? [];
  const found = columns.flatMap((name) => state?.columns.find((column) => column.name === name) ?? []);
  return found.length < columns.length
    ? []
    : found.map(({ name, type }) => ({ name, type: names.type(type) }));
}

/**
 * Makes a column NOT NULL without blocking queries while its rows are checked: a check of new rows first, then of
 * existing rows. PostgreSQL then relies on the check.
 * https://www.postgresql.org/docs/current/sql-altertable.html
 *
 * Each step can be reverted alone and run again.
 *
 * @param value the value of rows without one; undefined where none is known, and every row must have a value
 */
function requireValue(
  context: PostgresContext,
  of: OfTable<ColumnModel>,
  { value, way }: { readonly value: string | undefined; readonly way: 'taken' | 'reversed' },
): readonly Operation[] {
  const { table, model } = of;
  const [path, column] = [context.names.path(table), quoteIdentifier(model.name)];
  const helper = context.helperName(table, model.name);
  const name = quoteIdentifier(helper);
  const check = alterTable(path, `ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID`);
  const drop = alterTable(path, `DROP CONSTRAINT IF EXISTS ${name}`);
  const common = { step: 'alter', alone: false } as const;
  const rest = restOf(path, column, value);
  return [
    ...(value === undefined ? [] : [fill(context, of, value)]),
    {
      ...common,
      phase: 'constrain',
      reason: `${table}.${model.name}: new rows require a value`,
      up: [check],
      down: [way === 'taken' ? drop : dropLeftHelper(path, helper, model.name)],
    },
    {
      ...common,
      phase: 'validate',
      reason: `${table}.${model.name}: checks that every row has a value, without blocking queries`,
      up: [...rest, validateConstraint(path, name)],
      down: [],
    },
    {
      ...common,
      phase: 'finish',
      reason: `${table}.${model.name}: NOT NULL; the check has verified every row`,
      up: [
        // It does nothing on the way up; after `down` of this revision alone, rows have to be checked again.
        ...(way === 'taken' ? [validateConstraint(path, name)] : []),
        ...setNotNull(path, model),
        drop,
      ],
      down: [
        ...(way === 'taken' ? [check] : []),
        alterTable(path, `ALTER COLUMN ${column} DROP NOT NULL`, { hazards: ['drop-not-null'] }),
      ],
    },
  ];
}

/** Rows that came after the batches. */
function restOf(path: string, column: string, value: string | undefined): readonly Statement[] {
  return value === undefined
    ? []
    : [statement(`UPDATE ${path} SET ${column} = (${value}) WHERE ${column} IS NULL`)];
}

/** Makes a column required whose NOT NULL holds for new rows already. */
function validateValue(
  context: PostgresContext,
  { table, live, desired }: AlterChange<'column'>,
  { value, reason }: { readonly value: string | undefined; readonly reason: string },
): readonly Operation[] {
  const path = context.names.path(table);
  const rest = restOf(path, quoteIdentifier(live.name), value);
  return [
    ...(value === undefined ? [] : [fill(context, { table, model: desired, reason }, value)]),
    validateNotNull(path, live, { reason, rest }),
  ];
}

/** Alters a column. Its expression is not changed in place: see `withoutAlteredGenerated`. */
export function alterColumn(
  context: PostgresContext,
  change: AlterChange<'column'>,
  reason: string,
): readonly Operation[] {
  const { aspects, table, live, desired } = change;
  const has = (aspect: string) => aspects.includes(aspect);
  const isRetyped = has('type') || has('collation');
  const type = isRetyped ? [alterType(context, { table, live, desired, reason })] : [];
  const identity = has('identity') ? [changeIdentity(context, { table, live, desired, reason })] : [];
  const value = has('default') && !isRetyped ? [alterDefault(context, change, reason)] : [];
  return [
    // A number that is counted on is no value of another kind of type, and a default of its own has to go before: the
    // way back has the opposite order.
    ...(desired.identity === null ? [...identity, ...type, ...value] : [...type, ...value, ...identity]),
    ...(has('comment') ? [alterComment(context, change, reason)] : []),
    ...(has('nullable') ? alterNullable(context, change, reason) : []),
  ];
}

function alterNullable(
  context: PostgresContext,
  change: AlterChange<'column'>,
  reason: string,
): readonly Operation[] {
  const { table, live, desired } = change;
  if (context.isForeign(table)) return [promiseNotNull(context.names.path(table), { live, desired }, reason)];
  const value = context.confirmed.backfills.get(`${table}.${desired.name}`);
  if (!desired.nullable && live.notNull) return validateValue(context, change, { value, reason });
  if (!desired.nullable)
    return requireValue(context, { table, model: desired, reason }, { value, way: 'taken' });
  const required = requireValue(context, { table, model: live, reason }, { value, way: 'reversed' });
  return reversed(required).map((operation) => ({
    ...operation,
    up: operation.up.map(nullAllowed),
  }));
}

/** A type that is created again gives its columns the default of either side with it. */
function alterDefault(
  context: PostgresContext,
  { table, live, desired }: AlterChange<'column'>,
  reason: string,
): Operation {
  const isGiven = context.changes.some((one) => isMadeAgainInMain(one) && isOfEnum(desired, one.object));
  if (isGiven) return { ...MAIN, step: 'alter', reason, up: [], down: [] };
  return {
    ...MAIN,
    step: 'alter',
    reason,
    up: [setDefault(context, { table, model: desired, reason }, desired)],
    down: [setDefault(context, { table, model: live, reason }, live)],
  };
}

/** Sets or drops the default of a column. */
export function setDefault(
  { names }: PostgresContext,
  { table, model }: OfTable<ColumnModel>,
  { default: value }: ColumnModel,
): Statement {
  const what = value ? `SET DEFAULT ${value.sql}` : 'DROP DEFAULT';
  return alterTable(names.path(table), `ALTER COLUMN ${quoteIdentifier(model.name)} ${what}`);
}

function alterComment(
  { names }: PostgresContext,
  { table, live, desired }: AlterChange<'column'>,
  reason: string,
): Operation {
  const say = ({ name: column, comment }: ColumnModel) => commentOnColumn(names, { table, column, comment });
  return { ...MAIN, step: 'alter', reason, up: [say(desired)], down: [say(live)] };
}
