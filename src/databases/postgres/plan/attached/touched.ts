import { isPlanned } from '../partitions.js';
import type { AlterChange, Change } from '../../../../schema/change.js';
import type { EnumModel, SchemaModel, TableModel } from '../../../../schema/model.js';
import type { AttachedObject, LostDependent } from '../../../planning.js';
import { enumWay, isMadeAgainInMain, isOfEnum } from '../enum-ways.js';
import { altersGenerated } from '../generated-column.js';
import { droppedTables, lossWithTable, ofStayingTables } from './dropped.js';
import { mentions, namesType } from '../sql-reader.js';
import { isRetyped } from '../type-dependents.js';

interface Sides {
  readonly from: SchemaModel;
  readonly to: SchemaModel;
  /** With those that follow from others. */
  readonly changes: readonly Change[];
}

/** Columns, as `table.column`, by what happens to them. */
interface Columns {
  /** They get another type in place. */
  readonly retyped: ReadonlySet<string>;
  /** They are dropped and added again. */
  readonly recomputed: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

const placeOf = ({ table, object }: Change) => `${table}.${object}`;

/** The columns of an enumerated type and those that are computed from them, and the type itself. */
export function columnsOfType(tables: readonly TableModel[], type: string): Columns {
  const retyped = tables.flatMap(({ name, columns }) =>
    columns.filter((column) => isOfEnum(column, type)).map((column) => `${name}.${column.name}`),
  );
  const recomputed = tables.flatMap((table) =>
    computedFrom(table, type).map(({ name }) => `${table.name}.${name}`),
  );
  return { retyped: new Set(retyped), recomputed: new Set(recomputed), types: new Set([type]) };
}

/** The columns of a table that are computed from values of an enumerated type. */
export function computedFrom(table: TableModel, type: string): TableModel['columns'] {
  const own = table.columns.filter((column) => isOfEnum(column, type));
  return table.columns.filter(
    ({ generated }) =>
      generated && (own.some(({ name }) => mentions(generated.sql, name)) || namesType(generated.sql, type)),
  );
}

/** Whether an object has to be dropped before a change of these columns. */
function isTouched(object: AttachedObject, { retyped, recomputed, types }: Columns): boolean {
  const { columns, keepsWithType } = object;
  if (columns.some((column) => recomputed.has(column))) return true;
  return (
    (!keepsWithType && columns.some((column) => retyped.has(column))) ||
    object.types.some((type) => types.has(type))
  );
}

/** What the main part changes. */
function columnsOfMain({ from, changes }: Sides): Columns {
  const recomputed = changes.filter(altersGenerated).map(placeOf);
  const retyped = changes.filter(isRetyped).map(placeOf);
  const enums = changes.filter(isMadeAgainInMain).map(({ object }) => columnsOfType(from.tables, object));
  return {
    retyped: new Set([...retyped, ...enums.flatMap((one) => [...one.retyped])]),
    recomputed: new Set([...recomputed, ...enums.flatMap((one) => [...one.recomputed])]),
    types: new Set(enums.flatMap((one) => [...one.types])),
  };
}

/** The objects that the main part drops; those that need a column that goes are created again by `down` alone. */
export function setAsideInMain(
  attached: readonly AttachedObject[],
  sides: Sides,
): { readonly again: readonly AttachedObject[]; readonly back: readonly AttachedObject[] } {
  const columns = columnsOfMain(sides);
  const gone = goneIn(sides.changes);
  const needsGone = (one: AttachedObject) => one.columns.some((column) => gone.has(column));
  const staying = ofStayingTables(attached, sides.changes);
  return {
    again: staying.filter((one) => isTouched(one, columns) && !needsGone(one)),
    back: staying.filter((one) => needsGone(one) && one.goesWithColumn),
  };
}

function goneIn(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.filter(({ kind }) => kind === 'drop-column').map(placeOf));
}

/** The objects that a type, which is created again on the way in one direction, has around it. */
export function setAsideForType(
  attached: readonly AttachedObject[],
  { tables, type }: { readonly tables: readonly TableModel[]; readonly type: EnumModel },
): readonly AttachedObject[] {
  const columns = columnsOfType(tables, type.name);
  const known = new Set(tables.flatMap(({ name, columns: all }) => all.map((one) => `${name}.${one.name}`)));
  const isThere = (column: string) =>
    known.has(column) || !tables.some(({ name }) => column.startsWith(`${name}.`));
  return attached.filter((one) => isTouched(one, columns) && one.columns.every(isThere));
}

const SETTLED = 'generate cannot create it again exactly';
const PARTITIONED = 'PostgreSQL refuses that: a revision of your own has to create the table again';

/** The objects that cannot be created again, each once. */
export function lostDependents(attached: readonly AttachedObject[], sides: Sides): readonly LostDependent[] {
  const found = {
    ...sides,
    columns: columnsOfMain(sides),
    gone: goneIn(sides.changes),
    tables: droppedTables(sides.changes),
  };
  return attached.flatMap((object) => {
    const lost = lossOf(object, found);
    const words = `${object.kind} ${object.name}${object.table === '' || object.kind.includes('column') ? '' : ` of ${object.table}`}`;
    return lost ? [{ object, words, ...lost }] : [];
  });
}

interface Found extends Sides {
  readonly columns: Columns;
  readonly gone: ReadonlySet<string>;
  /** Those that are dropped. */
  readonly tables: ReadonlySet<string>;
}

function lossOf(object: AttachedObject, found: Found): Pick<LostDependent, 'change' | 'reason'> | undefined {
  if (object.kind === 'partition key' && isCreatedAgain(object.table, found)) return undefined;
  const withTable = lossWithTable(object, found.tables);
  if (withTable !== undefined || found.tables.has(object.table)) return withTable;
  const gone = object.columns.find((column) => found.gone.has(column));
  if (gone !== undefined) {
    const reason = object.kind === 'partition key' ? PARTITIONED : 'it needs this column';
    return object.goesWithColumn ? undefined : { change: `${gone} is dropped`, reason };
  }
  const change = changeOf(object, found);
  const refused = object.refused === null ? null : `PostgreSQL refuses to create it again: ${object.refused}`;
  const settled = object.kind === 'partition key' ? PARTITIONED : SETTLED;
  const reason = object.create.length === 0 ? settled : refused;
  return change === undefined || reason === null ? undefined : { change, reason };
}

/** Whether `down` creates the dropped table with its partitions: an entity declared them. */
function isCreatedAgain(table: string, { tables, from }: Found): boolean {
  return tables.has(table) && isPlanned(from.tables.find(({ name }) => name === table)?.partition);
}

/** Why an object is dropped, in words; undefined where it stays. */
function changeOf(object: AttachedObject, found: Found): string | undefined {
  const { retyped, recomputed } = found.columns;
  const computed = object.columns.find((column) => recomputed.has(column));
  if (computed !== undefined) return `${computed} is computed again`;
  const known = object.refusedFor ?? [];
  const causes = known.length > 0 ? known : object.columns;
  const column = object.keepsWithType ? undefined : causes.find((one) => retyped.has(one));
  if (column !== undefined) return `${column} gets another type`;
  const type = found.changes
    .filter((change): change is AlterChange<'enum'> => change.kind === 'alter-enum')
    .find((change) => isOfType(object, change, found));
  if (!type) return undefined;
  const direction = enumWay(type) === 'grows' ? '`down`' : '`up`';
  return `${direction} creates the type ${type.object} again`;
}

function isOfType(object: AttachedObject, change: AlterChange<'enum'>, { from, to }: Sides): boolean {
  const tables = enumWay(change) === 'shrinks' ? to.tables : from.tables;
  return isTouched(object, columnsOfType(tables, change.object));
}

/** Those whose way up is worth a trial: what they use has another form then. */
export function changedByUp(attached: readonly AttachedObject[], sides: Sides): readonly AttachedObject[] {
  const types = sides.changes.filter(
    (change): change is AlterChange<'enum'> => change.kind === 'alter-enum' && enumWay(change) !== 'grows',
  );
  const { again } = setAsideInMain(attached, sides);
  const ofTypes = ofStayingTables(attached, sides.changes).filter((one) =>
    types.some((type) => isOfType(one, type, sides)),
  );
  const gone = goneIn(sides.changes);
  return [...new Set([...again, ...ofTypes])].filter(
    ({ create, columns }) => create.length > 0 && !columns.some((column) => gone.has(column)),
  );
}
