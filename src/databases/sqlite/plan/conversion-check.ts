import type { ColumnModel } from '../../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';
import { familyOf } from './convert.js';
import type { TableSides } from './sides.js';

/** The values of a column, by the kind of its type: what one is called, and the SQL that is true for any other. */
const KINDS: Partial<
  Record<ReturnType<typeof familyOf>, readonly [name: string, isOther: (v: string) => string]>
> = {
  whole: ['an integer', (value) => `typeof(${value}) <> 'integer'`],
  fraction: ['a number', (value) => `typeof(${value}) NOT IN ('integer', 'real')`],
  boolean: ['a boolean', (value) => `${value} NOT IN (0, 1)`],
  date: ['a date', (value) => `date(${value}) IS NULL`],
  instant: ['a time', (value) => `datetime(${value}) IS NULL`],
};

/**
 * Runs the statements that copy the rows so that they fail at a text that the new type cannot hold, as PostgreSQL's
 * cast does, and at one that it would change. SQLite's affinity would store it unchanged in a column of numbers.
 *
 * @param into the table that the rows are copied into
 */
export function checkConverted(
  { from, to }: TableSides,
  into: string,
  copy: readonly Statement[],
): readonly Statement[] {
  const checks = to.columns.flatMap((column) => {
    const former = from.columns.find(({ name }) => name === column.name);
    return former ? checkOf(to.name, former, column) : [];
  });
  if (checks.length === 0) return copy;
  const trigger = quoteIdentifier(`${into}_values`);
  return [
    statement(
      `CREATE TRIGGER ${trigger} AFTER INSERT ON ${quoteIdentifier(into)} BEGIN ${checks.join(' ')} END`,
    ),
    ...copy,
    statement(`DROP TRIGGER ${trigger}`),
  ];
}

function checkOf(table: string, former: ColumnModel, column: ColumnModel): readonly string[] {
  const kind = KINDS[familyOf(column.type)];
  if (familyOf(former.type) !== 'text' || column.generated || !kind) return [];
  const [name, isOther] = kind;
  const value = `NEW.${quoteIdentifier(column.name)}`;
  const place = `${table}.${column.name}`;
  const words = quoteLiteral(
    `${place} has a value that is not ${name}, or that SQLite would change; fix it, or generate with --using ${place}="<expression>"`,
  );
  return [`SELECT RAISE(ABORT, ${words}) WHERE ${value} IS NOT NULL AND ${isOther(value)};`];
}
