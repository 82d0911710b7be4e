/** Describes the primary key and the unique constraints of a table. */

import type { Table } from 'typeorm';
import type { ColumnRules } from '../databases/column-rules.js';
import type { Deferrable, KeyModel, TableModel } from '../schema/model.js';
import type { Context } from './context.js';

/**
 * SQLite numbers a column only where it is the whole primary key. The numbered column becomes that, and the key of the
 * entity becomes a unique constraint: so TypeORM can save without a number, and a foreign key finds its target.
 * https://www.sqlite.org/autoinc.html
 */
export function keysOf(context: Context, table: Table): Pick<TableModel, 'primaryKey' | 'uniques'> {
  const [primaryKey, uniques] = [primaryKeyOf(context, table), uniquesOf(context, table)];
  const { dataSource, rules } = context;
  const isNumbered = (column: Table['columns'][number]) =>
    column.isPrimary && rules.identityOf(column) !== null;
  const numbered = table.columns.find(isNumbered);
  if (!primaryKey || primaryKey.columns.length === 1 || !numbered || rules.numbersInCompositeKeys)
    return { primaryKey, uniques };
  const name =
    numbered.primaryKeyConstraintName ??
    dataSource.namingStrategy.uniqueConstraintName(table, [...primaryKey.columns]);
  return {
    primaryKey: { ...primaryKey, columns: [rules.canonicalizeName(numbered.name)] },
    uniques: [...uniques, { ...primaryKey, name: rules.canonicalizeName(name) }],
  };
}

function primaryKeyOf({ dataSource, rules }: Context, table: Table): KeyModel | null {
  const columns = table.columns.filter((column) => column.isPrimary);
  const names = columns.map((column) => column.name);
  const name = columns[0]?.primaryKeyConstraintName ?? dataSource.namingStrategy.primaryKeyName(table, names);
  return names.length === 0
    ? null
    : {
        name: rules.namesPrimaryKeys ? rules.canonicalizeName(name) : null,
        columns: names.map(rules.canonicalizeName),
        include: [],
        deferrable: null,
        nulls: 'distinct',
      };
}

/**
 * TypeORM turns `unique: true` of a column into a constraint unless the table has it already; a repeated one counts
 * once.
 */
function uniquesOf({ dataSource, rules }: Context, table: Table): readonly KeyModel[] {
  const declared = table.uniques.map(({ name, columnNames, deferrable }) => ({
    name: name ?? null,
    columns: columnNames,
    deferrable: rules.deferrableUniques ? deferrableOf(deferrable) : null,
  }));
  const single = table.columns.filter(
    (column) => column.isUnique && !declared.some(({ columns }) => columns.join('\0') === column.name),
  );
  const implied = single.map(({ name }) => ({
    name: dataSource.namingStrategy.uniqueConstraintName(table, [name]),
    columns: [name],
    deferrable: null,
  }));
  const keys = [...declared, ...implied].map((key) => uniqueOf(key, rules));
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

type Unique = Pick<KeyModel, 'name' | 'columns' | 'deferrable'>;

function uniqueOf({ name, columns, deferrable }: Unique, { canonicalizeName }: ColumnRules): KeyModel {
  return {
    name: name === null ? null : canonicalizeName(name),
    columns: columns.map(canonicalizeName),
    include: [],
    deferrable,
    nulls: 'distinct',
  };
}

/** When a constraint of TypeORM is checked. */
export function deferrableOf(given: string | undefined): Deferrable {
  return given === 'INITIALLY DEFERRED' || given === 'INITIALLY IMMEDIATE' ? given : null;
}
