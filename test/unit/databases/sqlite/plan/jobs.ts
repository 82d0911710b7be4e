import {
  NO_CONFIRMED_VALUES,
  type ConfirmedValues,
  type StatementGroup,
} from '../../../../../src/databases/planning.js';
import { NEXT_LINE, printed } from '../../../../../src/sql/statement.js';
import { renderSqlite } from '../../../../../src/databases/sqlite/plan/render.js';
import { compared } from '../../../../support/compared.js';
import { raw, type CheckModel, type SchemaModel, type TableModel } from '../../../../../src/schema/model.js';
import { check, column, index, indexKey, key, table } from '../../../schema/samples.js';

export const model = (...tables: readonly TableModel[]): SchemaModel => ({
  dialect: 'sqlite',
  tables,
  enums: [],
});

export function up(
  from: readonly TableModel[],
  to: readonly TableModel[],
  confirmed: Partial<ConfirmedValues> = {},
): readonly StatementGroup[] {
  return renderSqlite(compared(model(...from), model(...to)), { ...NO_CONFIRMED_VALUES, ...confirmed }).up;
}

export function down(
  from: readonly TableModel[],
  to: readonly TableModel[],
  confirmed: Partial<ConfirmedValues> = {},
): readonly StatementGroup[] {
  return renderSqlite(compared(model(...from), model(...to)), { ...NO_CONFIRMED_VALUES, ...confirmed }).down;
}

/** Reasons and statements, each on a line of its own. */
export const lines = (groups: readonly StatementGroup[]): readonly string[] =>
  groups.flatMap(({ reason, statements }) => [
    `-- ${reason}`,
    ...statements.map((one) => printed(one).replaceAll(NEXT_LINE, ' ')),
  ]);

export const id = column('id', { identity: 'autoincrement' });
export const name = column('name', { type: 'text' });
export const status = column('status', { type: 'varchar', default: raw("'A'") });
export const depth = column('depth', { default: raw('0') });
export const values = (...list: readonly string[]): CheckModel =>
  check(null, `"status" IN (${list.map((one) => `'${one}'`).join(',')})`);

export const JOBS = table('jobs', {
  columns: [id, name, status],
  primaryKey: key(null, 'id'),
  uniques: [key('uq_jobs_name', 'name')],
  indexes: [index('ix_jobs_status', { keys: [indexKey('status')] })],
  checks: [values('A', 'B'), check('ck_jobs_name', `"name" <> ''`)],
});

export const with_ = (changes: Partial<TableModel>): TableModel => ({ ...JOBS, ...changes });
