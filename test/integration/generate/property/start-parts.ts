import type { Check, Condition, Exclusion, Index, Kind, Picker, Table, Unique } from './model.js';
import type { Making } from './start.js';

const INDEXED: readonly Kind[] = ['varchar', 'smallint', 'integer', 'bigint', 'numeric', 'enum', 'instant'];

/** Ids of columns that may be in an index, some of them, in some order. */
function someColumns(picker: Picker, { columns }: Table, most: number): readonly string[] {
  const usable = columns.filter(({ kind }) => INDEXED.includes(kind)).map(({ id }) => id);
  const start = picker.below(usable.length);
  return [...usable.slice(start), ...usable.slice(0, start)].slice(0, 1 + picker.below(most));
}

/** A unique constraint that existing rows pass: the key is in it. */
export function newUnique({ picker, ids }: Making, table: Table): Unique {
  const id = ids.of('uq_');
  const columns = [...new Set([...someColumns(picker, table, 2), ...table.key])];
  return { id, name: picker.chance(60) ? id : null, columns };
}

/** An index, unique with the key in it. */
export function newIndex({ picker, ids }: Making, table: Table): Index {
  const id = ids.of('ix_');
  const unique = picker.chance(30);
  const columns = [...new Set([...someColumns(picker, table, 3), ...(unique ? table.key : [])])];
  const where = picker.chance(40) ? newCondition(picker, table) : null;
  return { id, name: picker.chance(70) ? id : null, columns, unique, where };
}

/** Enumerated columns are put into conditions, or they would be there too rarely. */
export function indexesOfEnums({ picker, ids }: Making, { columns }: Table): readonly Index[] {
  const enums = columns.filter(({ kind }) => kind === 'enum').filter(() => picker.chance(50));
  return enums.map((column) => {
    const id = ids.of('ix_');
    return { id, name: id, columns: [column.id], unique: false, where: { column: column.id, variant: 0 } };
  });
}

export function newChecks(making: Making, table: Table): readonly Check[] {
  return [newCheck(making, table), ...(making.picker.chance(30) ? [newCheck(making, table)] : [])];
}

/** A check. */
export function newCheck({ picker, ids }: Making, table: Table): Check {
  const id = ids.of('ck_');
  return { id, name: id, condition: newCondition(picker, table) };
}

/** An exclusion constraint. */
export function newExclusion({ picker, ids }: Making, table: Table): Exclusion {
  const id = ids.of('ex_');
  const enums = table.columns.filter(({ kind, computed }) => kind === 'enum' && computed === null);
  const [first] = enums;
  return {
    id,
    name: id,
    condition: first ? { column: first.id, variant: 0 } : newCondition(picker, table),
  };
}

/** A condition on some column. */
export function newCondition(picker: Picker, { columns }: Table): Condition {
  const column = picker.of(columns.filter(({ computed }) => computed === null));
  return { column: column?.id ?? '', variant: picker.below(3) };
}
