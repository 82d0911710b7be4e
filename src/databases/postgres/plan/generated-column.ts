import type { AlterChange, Change } from '../../../schema/change.js';
import type { ColumnModel } from '../../../schema/model.js';
import type { PostgresContext } from './context.js';
import { filling } from './columns.js';
import { nullAllowed } from './not-null.js';
import { setNotNull, unvalidatedNotNull } from './not-null.js';
import type { Operation } from './operation.js';
import { guardDropped } from './phases/live-guard.js';
import { type PostgresNames } from './sql.js';
import { allowing, allowingHazard, alterTable, statement, type Statement } from '../../../sql/statement.js';
import { commentOnColumn } from './tables.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** Whether a column is computed differently, newly, or no longer. */
export function altersGenerated(change: Change): change is AlterChange<'column'> {
  return (
    change.kind === 'alter-column' &&
    (change.aspects.includes('generated') ||
      change.aspects.includes('storage') ||
      (change.aspects.includes('type') && change.desired.generated !== null))
  );
}

/** Whether a column is computed before and after, in another way: it is dropped first, and added at the end. */
export function isComputedAgain(change: Change): boolean {
  return altersGenerated(change) && change.live.generated !== null && change.desired.generated !== null;
}

/** An expression is not changed in place: the column is dropped and created again. Written values are kept. */
export function recompute(
  { names, confirmed }: PostgresContext,
  { table, live, desired }: AlterChange<'column'>,
  reason: string,
): readonly Operation[] {
  const of = {
    names,
    table,
    path: names.path(table),
    value: confirmed.backfills.get(`${table}.${desired.name}`),
  };
  const main = { phase: 'main', alone: false, reason } as const;
  const [there, back] = [
    { ...of, from: live, to: desired },
    { ...of, from: desired, to: live },
  ];
  const allowed = (one: Statement) => nullAllowed(dropAllowed(live, one));
  if (!live.generated)
    return [{ ...main, step: 'compute', up: recreated(there).map(allowed), down: writtenFromNow(back) }];
  if (!desired.generated)
    return [{ ...main, step: 'uncompute', up: writtenFromNow(there).map(allowed), down: recreated(back) }];
  return [
    {
      ...{ ...main, step: 'drop-computed', down: come(back) },
      up: [guardDropped({ ...of, column: live.name }), allowed(gone(there))],
    },
    { ...main, step: 'add-computed', up: come(there), down: [gone(back)] },
  ];
}

/** Only in `up`: no rule reports what `down` drops. */
function dropAllowed({ generated }: ColumnModel, one: Statement): Statement {
  return allowingHazard('drop-column', generated ? 'it is computed again' : 'asked for with --drop', one);
}

interface Recomputation {
  readonly names: PostgresNames;
  readonly table: string;
  readonly path: string;
  readonly from: ColumnModel;
  readonly to: ColumnModel;
  /** Fills rows for which nothing was computed, where a value is required. */
  readonly value: string | undefined;
}

function recreated(of: Recomputation): readonly Statement[] {
  return [gone(of), ...come(of)];
}

function gone({ path, from }: Recomputation): Statement {
  return alterTable(path, `DROP COLUMN ${quoteIdentifier(from.name)}`, { hazards: ['drop-column'] });
}

function come({ names, table, path, to }: Recomputation): readonly Statement[] {
  const { name: column, comment } = to;
  return [
    filling(to, alterTable(path, `ADD COLUMN ${names.column(to)}`)),
    ...unvalidatedNotNull(path, to),
    ...(comment === null ? [] : [commentOnColumn(names, { table, column, comment })]),
  ];
}

/** Computed values stay, where they are stored; the other properties of the column are set after that. */
function writtenFromNow(of: Recomputation): readonly Statement[] {
  const { names, table, path, from, to, value } = of;
  if (from.storage !== 'stored') return storedFromNow(of);
  const column = quoteIdentifier(from.name);
  const alter = (action: string) => alterTable(path, `ALTER COLUMN ${column} ${action}`);
  const isRequired = from.nullable && !to.nullable;
  const type = names.type(to.type);
  return [
    alter('DROP EXPRESSION'),
    ...(from.type === to.type ? [] : [alter(`TYPE ${type} USING ${column}::${type}`)]),
    ...(to.default ? [alter(`SET DEFAULT ${to.default.sql}`)] : []),
    ...(isRequired && value !== undefined
      ? [statement(`UPDATE ${path} SET ${column} = (${value}) WHERE ${column} IS NULL`)]
      : []),
    ...(isRequired ? requiredNow(path, to) : []),
    ...(!from.nullable && to.nullable
      ? [alterTable(path, `ALTER COLUMN ${column} DROP NOT NULL`, { hazards: ['drop-not-null'] })]
      : []),
    ...(from.comment === to.comment
      ? []
      : [commentOnColumn(names, { table, column: to.name, comment: to.comment })]),
  ];
}

/** PostgreSQL has no values of a virtual column: the rows get what it computes for them. */
function storedFromNow(of: Recomputation): readonly Statement[] {
  const { path, from, to, value = from.generated?.sql ?? 'NULL' } = of;
  const column = quoteIdentifier(to.name);
  return [
    ...recreated({ ...of, to: { ...to, nullable: true } }),
    statement(`UPDATE ${path} SET ${column} = (${value})`),
    ...(to.nullable ? [] : requiredNow(path, to)),
  ];
}

function requiredNow(path: string, to: ColumnModel): readonly Statement[] {
  const why = 'the column is no longer computed';
  return setNotNull(path, to).map((one, index) =>
    index > 0 ? one : allowing('set-not-null-unproven', why, one),
  );
}
