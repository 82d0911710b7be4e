import type { DataSource, QueryRunner } from 'typeorm';
import { databaseWords } from '../../../../errors/base.js';
import type { Change } from '../../../../schema/change.js';
import type { ColumnModel, SchemaModel } from '../../../../schema/model.js';
import type { FactsAsked } from '../../../planner.js';
import {
  NO_CONFIRMED_VALUES,
  type AttachedObject,
  type Facts,
  type PartProperties,
  type TypeProperties,
} from '../../../planning.js';
import { withDependents } from '../dependents.js';
import { recreatesEnum } from '../enum-ways.js';
import { altersGenerated } from '../generated-column.js';
import { replacing } from '../constraints.js';
import { isRetyped } from '../type-dependents.js';
import { quoteIdentifier } from '../../../../sql/quote.js';
import { PostgresNames } from '../sql.js';
import { PART_PROPERTIES } from './part-properties.js';
import { TYPE_PROPERTIES } from './type-properties.js';
import { attachedQuery } from './queries.js';
import { changedByUp, columnsOfType } from './touched.js';

type Read = 'attached' | 'properties' | 'types';
type Asked = Pick<FactsAsked, 'from' | 'to' | 'changes' | 'defaultSchema'>;

/**
 * The objects that depend on columns or types of a scratch database. Those that a change touches are tried: dropped, and
 * created again beside the columns of the entities. All of it is rolled back.
 */
export async function readAttached(dataSource: DataSource, asked: Asked): Promise<Pick<Facts, Read>> {
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    // Names of `public` carry no schema, as in all statements of the plan.
    await runner.query(`SET LOCAL search_path = ${asked.defaultSchema === 'public' ? 'public' : "''"}`);
    const found = await attachedIn(runner, asked);
    // The trial drops columns, and their indexes with them.
    const properties = await propertiesIn(runner, asked);
    const whole = { ...asked, changes: withDependents(asked.changes, asked, NO_CONFIRMED_VALUES) };
    const tried = changedByUp(found, whole);
    const refusals = await trial(runner, tried, whole);
    const attached = found.map((one) => ({ ...one, refused: null, ...refusals.get(one) }));
    return { attached, ...properties };
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** The same without the trial, by a query runner whose transaction pins the search path. */
export async function readUntried(runner: QueryRunner, asked: Asked): Promise<Pick<Facts, Read>> {
  return { attached: await attachedIn(runner, asked), ...(await propertiesIn(runner, asked)) };
}

async function propertiesIn(
  runner: QueryRunner,
  { defaultSchema }: Asked,
): Promise<Pick<Facts, 'properties' | 'types'>> {
  const properties = (await runner.query(`${PART_PROPERTIES} ORDER BY 1, 2`, [
    defaultSchema,
  ])) as readonly PartProperties[];
  const types = (await runner.query(`${TYPE_PROPERTIES} ORDER BY 1`, [
    defaultSchema,
  ])) as readonly TypeProperties[];
  return { properties, types };
}

async function attachedIn(
  runner: QueryRunner,
  { from, defaultSchema }: Asked,
): Promise<readonly AttachedObject[]> {
  const [{ version } = { version: '0' }] = (await runner.query(
    `SELECT current_setting('server_version_num') AS version`,
  )) as readonly { readonly version: string }[];
  const tables = from.tables.map(({ name }) => name);
  const rows = (await runner.query(`${attachedQuery(Number(version))} ORDER BY 1, 3, 2`, [
    defaultSchema,
    tables,
  ])) as readonly Omit<AttachedObject, 'refused'>[];
  return rows.map((row) => ({ ...row, refused: null }));
}

/** Why the server refuses an object, and for which of several columns. */
type Refusal = Pick<AttachedObject, 'refusedFor'> & { readonly refused: string };

/** Why the server refuses some of them, in its words. */
async function trial(
  runner: QueryRunner,
  tried: readonly AttachedObject[],
  asked: Asked,
): Promise<ReadonlyMap<AttachedObject, Refusal>> {
  const refusals = new Map<AttachedObject, Refusal>();
  if (tried.length === 0) return refusals;
  const drops = tried.flatMap(({ drop }) => drop);
  await runner.query('SAVEPOINT untouched');
  // What fails here fails in the verification too, where its cause is explained.
  if ((await failureOf(runner, [...drops, ...changedColumns(asked)])) !== undefined) return refusals;
  for (const one of tried) {
    const refused = await failureOf(runner, one.create);
    if (refused !== undefined) refusals.set(one, { refused });
  }
  for (const [one, refusal] of refusals)
    refusals.set(one, { ...refusal, refusedFor: await causesOf(runner, one, { asked, drops }) });
  return refusals;
}

/** The columns whose own change is enough for the server to refuse an object; only asked where several change. */
async function causesOf(
  runner: QueryRunner,
  { columns, create }: AttachedObject,
  { asked, drops }: { readonly asked: Asked; readonly drops: readonly string[] },
): Promise<readonly string[]> {
  const changes = asked.changes.filter(
    (change) => isChanged(change) && columns.includes(`${change.table}.${change.object}`),
  );
  if (changes.length < 2) return [];
  const causes: string[] = [];
  for (const change of changes) {
    await runner.query('ROLLBACK TO SAVEPOINT untouched');
    const alone = [...drops, ...changedColumns({ ...asked, changes: [change] }), ...create];
    if ((await failureOf(runner, alone)) !== undefined) causes.push(`${change.table}.${change.object}`);
  }
  return causes;
}

async function failureOf(runner: QueryRunner, statements: readonly string[]): Promise<string | undefined> {
  await runner.query('SAVEPOINT tried');
  try {
    for (const sql of statements) await runner.query(sql);
    return undefined;
  } catch (error) {
    await runner.query('ROLLBACK TO SAVEPOINT tried');
    return databaseWords(error).replace(/\.$/, '');
  }
}

/** Each changed column is dropped and added as it will be; its values do not matter. */
function changedColumns({ from, to, changes, defaultSchema }: Asked): readonly string[] {
  const names = new PostgresNames(defaultSchema);
  const types = changes.filter(recreatesEnum).map(({ object }) => object);
  const enums = types.map((type) => columnsOfType(to.tables, type));
  const places = [
    ...changes.filter(isChanged).map(({ table, object }) => `${table}.${object}`),
    ...enums.flatMap(({ retyped, recomputed }) => [...retyped, ...recomputed]),
  ];
  const columns = to.tables.flatMap((table) =>
    table.columns
      .filter(({ name, generated }) => generated !== null || places.includes(`${table.name}.${name}`))
      .map((column) => ({ path: names.path(table.name), column, table: table.name })),
  );
  const known = columns.filter(({ table, column }) => hasColumn(from, table, column));
  const plain = (column: ColumnModel) =>
    names.column({ ...column, nullable: true, default: null, identity: null });
  const added = [...known].sort(
    (a, b) => Number(a.column.generated !== null) - Number(b.column.generated !== null),
  );
  return [
    ...known
      .filter(({ table, column }) => places.includes(`${table}.${column.name}`))
      .map(({ path, column }) => `ALTER TABLE ${path} DROP COLUMN ${quoteIdentifier(column.name)} CASCADE`),
    ...types.flatMap((type) => madeAgain(names, to, type)),
    ...added.map(({ path, column }) => `ALTER TABLE ${path} ADD COLUMN IF NOT EXISTS ${plain(column)}`),
  ];
}

function isChanged(change: Change): boolean {
  return isRetyped(change) || altersGenerated(change);
}

function hasColumn({ tables }: SchemaModel, name: string, column: ColumnModel): boolean {
  const table = tables.find((one) => one.name === name);
  return table?.columns.some((one) => one.name === column.name) ?? false;
}

function madeAgain(names: PostgresNames, { enums }: SchemaModel, type: string): readonly string[] {
  const model = enums.find(({ name }) => name === type);
  if (!model) return [];
  const own = type.slice(type.indexOf('.') + 1);
  return [
    `ALTER TYPE ${names.path(type)} RENAME TO ${quoteIdentifier(replacing(own))}`,
    names.createEnum(model),
  ];
}
