import type { AlterChange } from '../../../schema/change.js';
import type { ColumnModel, EnumModel, SchemaModel, TableModel } from '../../../schema/model.js';
import type { AttachedObject } from '../../planning.js';
import { setAside } from './attached/operations.js';
import { ofStayingTables } from './attached/dropped.js';
import { setAsideForType } from './attached/touched.js';
import { typePropertiesAgain } from './attached/type-properties.js';
import { replacing } from './constraints.js';
import { refuseRows } from './refused-rows.js';
import type { PostgresContext } from './context.js';
import { partsOfType } from './enum-parts.js';
import { enumWay, isOfEnum } from './enum-ways.js';
import { isComputedAgain } from './generated-column.js';
import type { Operation } from './operation.js';
import { type PostgresNames } from './sql.js';
import { allowing, allowingHazard, alterTable, statement, type Statement } from '../../../sql/statement.js';
import { EQ, OVERLAPS } from '../../../sql/postgres-operators.js';
import { canCoexist } from './coexistence.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

const MAIN = { phase: 'main', alone: false } as const;

/** A new enumerated type. */
export function addEnum({ names }: PostgresContext, model: EnumModel, reason: string): readonly Operation[] {
  return [
    {
      ...MAIN,
      step: 'create-enum',
      reason,
      up: [statement(names.createEnum(model))],
      down: [statement(`DROP TYPE ${names.path(model.name)}`)],
    },
  ];
}

/**
 * Adds values in place where the others stay and keep their order; any other change creates a new type of the same
 * name.
 */
export function alterEnum(
  context: PostgresContext,
  change: AlterChange<'enum'>,
  reason: string,
): readonly Operation[] {
  const { live, desired } = change;
  const { names, from, to } = context;
  const way = enumWay(change);
  const [grows, shrinks] = [way === 'grows', way === 'shrinks'];
  const attached = ofStayingTables(context.attached, context.changes);
  const [before, after] = [
    { type: live, tables: from.tables, attached },
    { type: desired, tables: to.tables, attached },
  ];
  const up = grows
    ? addValues(names, live, desired)
    : recreate(context, live, shrinks ? after : { type: desired, tables: meanwhile(context, to) });
  const down = shrinks
    ? addValues(names, desired, live)
    : recreate(context, desired, grows ? before : { type: live, tables: meanwhile(context, from) });
  const phase = grows ? 'add-values' : shrinks ? 'remove-values' : 'main';
  return [{ phase, step: 'create-enum', alone: false, reason, up: up.map(dropAllowed), down }];
}

/** Only in `up`: no rule reports what `down` drops. */
function dropAllowed(one: Statement): Statement {
  return allowingHazard('drop-column', 'it is computed again', one);
}

/**
 * The schema at the time when a type is created again as the first step of the main part, or as the last one of `down`:
 * the columns as they were, without what is dropped before that and created again after it.
 *
 * @param wanted the schema whose defaults the columns get
 */
function meanwhile({ from, to, changes }: PostgresContext, wanted: SchemaModel): readonly TableModel[] {
  return from.tables.map((table) => {
    const after = to.tables.find(({ name }) => name === table.name);
    const defaults = wanted.tables.find(({ name }) => name === table.name)?.columns ?? [];
    const isThere = ({ name }: ColumnModel) =>
      !changes.some((one) => one.table === table.name && one.object === name && isComputedAgain(one));
    const columns = table.columns.filter(isThere).map((column) => {
      const same = defaults.find(({ name, type }) => name === column.name && type === column.type);
      return { ...column, default: same?.default ?? null };
    });
    const isChanged = (part: string, name: string | null) =>
      changes.some((one) => one.table === table.name && one.object === name && one.kind.endsWith(`-${part}`));
    const staying = {
      ...table,
      columns,
      foreignKeys: table.foreignKeys.filter(({ name }) => !isChanged('foreign-key', name)),
      exclusions: table.exclusions.filter(({ name }) => !isChanged('exclusion', name)),
      uniques: table.uniques.filter(({ name }) => !isChanged('unique', name)),
    };
    if (!after) return staying;
    // One that is replaced is there until its successor is built.
    const isGone = (index: string) =>
      changes.some(
        ({ kind, table: of, object }) => kind === 'drop-index' && of === table.name && object === index,
      );
    const indexes = table.indexes.filter((index) => {
      const other = after.indexes.find(({ name }) => name === index.name);
      return other && !isGone(index.name) && canCoexist({ from, to }, table.name, [index, other]);
    });
    const checks = table.checks.filter(
      ({ name, expression }) =>
        !isChanged('check', name) &&
        after.checks.some((one) => one.name === name && one.expression.canonical === expression.canonical),
    );
    return { ...staying, indexes, checks };
  });
}

/** Adds each value before the one that follows it; the last ones at the end. */
export function addValues(names: PostgresNames, live: EnumModel, desired: EnumModel): readonly Statement[] {
  const known = [...live.values];
  return desired.values.flatMap((value, index) => {
    if (known.includes(value)) return [];
    const next = desired.values.slice(index + 1).find((other) => known.includes(other));
    known.push(value);
    const place = next === undefined ? '' : ` BEFORE ${quoteLiteral(next)}`;
    return [statement(`ALTER TYPE ${names.path(live.name)} ADD VALUE ${quoteLiteral(value)}${place}`)];
  });
}

/** A column of an enumerated type. */
interface EnumColumn {
  readonly table: TableModel;
  readonly column: ColumnModel;
  readonly isArray: boolean;
}

/** A type after the change, and the tables at that time. */
interface Recreation {
  readonly type: EnumModel;
  readonly tables: readonly TableModel[];
  /** Objects outside the model; none where the main part sets them aside. */
  readonly attached?: readonly AttachedObject[];
}

/**
 * A new type takes the old one's name and its columns. An object that uses the old type, or is computed from such a
 * column, is dropped before and created again after. A row that contains a removed value stops it with a message that
 * names the value.
 */
function recreate(
  { names, properties, types }: PostgresContext,
  live: EnumModel,
  { type, tables, attached = [] }: Recreation,
): readonly Statement[] {
  const [path, old] = [names.path(type.name), replacedType(type.name)];
  const columns = columnsOf(tables, type.name);
  const gone = live.values.filter((value) => !type.values.includes(value));
  const parts = partsOfType({ names, properties }, tables, type.name);
  const others = setAsideForType(attached, { tables, type }).map((one) => setAside(names, one));
  return [
    ...(gone.length === 0
      ? []
      : columns.map((column) => refuseValues(names, column, { gone, type: type.name }))),
    ...others.flatMap(({ drop }) => drop),
    ...parts.drop,
    statement(`ALTER TYPE ${path} RENAME TO ${quoteIdentifier(old.slice(old.indexOf('.') + 1))}`),
    statement(names.createEnum(type)),
    ...columns.map((column) => convert(names, column, path)),
    statement(`DROP TYPE ${names.path(old)}`),
    ...typePropertiesAgain(types, type.name),
    ...parts.create,
    ...others.flatMap(({ create }) => create),
  ];
}

/** The temporary name of the old type, in its schema. */
function replacedType(name: string): string {
  const own = name.slice(name.indexOf('.') + 1);
  return `${name.slice(0, name.length - own.length)}${replacing(own)}`;
}

function columnsOf(tables: readonly TableModel[], type: string): readonly EnumColumn[] {
  return tables.flatMap((table) =>
    table.columns
      .filter((column) => isOfEnum(column, type))
      .map((column) => ({ table, column, isArray: column.type.endsWith('[]') })),
  );
}

/** Names the rows with a removed value; the cast that follows would only name the value. */
function refuseValues(
  names: PostgresNames,
  { table, column: { name }, isArray }: EnumColumn,
  { gone, type }: { readonly gone: readonly string[]; readonly type: string },
): Statement {
  const list = gone.map(quoteLiteral).join(', ');
  return refuseRows({
    path: names.path(table.name),
    key: table.primaryKey?.columns ?? [],
    where: isArray
      ? `${quoteIdentifier(name)}::text[] ${OVERLAPS} ARRAY[${list}]::text[]`
      : `${quoteIdentifier(name)}::text ${EQ} ANY (ARRAY[${list}]::text[])`,
    problem: `${table.name}.${name}: rows contain ${gone.join(' or ')}, which ${type} no longer allows`,
    hint: 'Update these rows, then run the revision again',
  });
}

function convert(names: PostgresNames, { table, column, isArray }: EnumColumn, path: string): Statement {
  const name = quoteIdentifier(column.name);
  const text = isArray ? `text[]::${path}[]` : `text::${path}`;
  const parts = [
    `ALTER COLUMN ${name} DROP DEFAULT`,
    `ALTER COLUMN ${name} TYPE ${isArray ? `${path}[]` : path} USING ${name}::${text}`,
    ...(column.default ? [`ALTER COLUMN ${name} SET DEFAULT ${column.default.sql}`] : []),
  ];
  const altered = alterTable(names.path(table.name), parts.join(', '));
  return allowing('change-type-rewrite', 'PostgreSQL cannot remove a value from a type in place', altered);
}
