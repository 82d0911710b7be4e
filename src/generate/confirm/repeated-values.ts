import type { IndexKey, TableModel } from '../../schema/model.js';
import type { ConfirmedValues } from '../../databases/planning.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/** A unique object, by its columns and expressions; the name is null for one without a name. */
interface UniqueKey {
  readonly name: string | null;
  readonly keys: readonly Pick<IndexKey, 'column' | 'expression'>[];
}

/**
 * Warns about backfills that give every row the same value although the values have to differ. A single row without a
 * value may have it, so they are not refused; the verification may have no second row that shows it.
 */
export function repeatedValues(
  reading: Pick<DialectReading, 'planner' | 'to' | 'facts'>,
  { backfills }: Pick<ConfirmedValues, 'backfills'>,
): readonly string[] {
  return reading.to.tables.flatMap((table) => {
    const constants = new Set(
      table.columns
        .map(({ name }) => name)
        .filter((name) => isConstant(backfills.get(`${table.name}.${name}`), table, reading)),
    );
    const keys = uniqueKeys(table).filter((key) => isCovered(key, constants, { table, reading }));
    return keys.flatMap((key) => warningsOf(key, constants, { table, reading, backfills }));
  });
}

type Spoken = Pick<DialectReading, 'planner' | 'facts'>;

/** Whether an expression is known to be the same for all rows of a statement. */
function isConstant(sql: string | undefined, { columns }: TableModel, reading: Spoken): boolean {
  if (sql === undefined) return false;
  const { planner, facts } = reading;
  const parts = planner.sql.expression(sql);
  return (
    parts !== undefined &&
    parts.isConstant(facts.volatileFunctions) &&
    !columns.some(({ name }) => parts.reads(name))
  );
}

function uniqueKeys({ primaryKey, uniques, indexes }: TableModel): readonly UniqueKey[] {
  const constraints = [...(primaryKey ? [primaryKey] : []), ...uniques].map(({ name, columns }) => ({
    name,
    keys: columns.map((column) => ({ column, expression: null })),
  }));
  return [...constraints, ...indexes.filter(({ unique }) => unique)];
}

interface Context {
  readonly table: TableModel;
  readonly reading: Spoken;
}

/** Whether all parts of a key are the same in all rows that get their values. */
function isCovered(
  { keys }: UniqueKey,
  constants: ReadonlySet<string>,
  { table, reading }: Context,
): boolean {
  return keys.every(({ column, expression }) => {
    if (expression === null) return column !== null && constants.has(column);
    const parts = reading.planner.sql.expression(expression);
    const used = table.columns.filter(({ name }) => parts?.reads(name));
    return used.length > 0 && used.every(({ name }) => constants.has(name));
  });
}

function warningsOf(
  { name, keys }: UniqueKey,
  constants: ReadonlySet<string>,
  { table, reading, backfills }: Context & Pick<ConfirmedValues, 'backfills'>,
): readonly string[] {
  const [column] = [...constants].filter((one) =>
    keys.some(
      ({ column: key, expression }) =>
        key === one || (expression !== null && reading.planner.sql.expression(expression)?.reads(one)),
    ),
  );
  const place = `${table.name}.${column ?? ''}`;
  return [
    `${place}: --backfill ${backfills.get(place) ?? ''} gives every row without a value the same one, but ${name ?? 'a unique constraint'} requires different values. The revision fails if it fills two or more rows. Pass an expression that differs from row to row.`,
  ];
}
