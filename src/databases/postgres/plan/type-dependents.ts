import type { AlterChange, Change } from '../../../schema/change.js';
import type { CheckModel, IndexModel, SchemaModel, TableModel } from '../../../schema/model.js';
import { storesAnotherType } from '../../../sql/postgres-stored-types.js';
import type { TypeChangeWork } from '../../../sql/postgres-type-change.js';
import { parsePostgresType } from '../../../sql/postgres-types.js';
import { elementMentions, mentions, sqlReader } from './sql-reader.js';
import { expressionsOf } from './coexistence.js';
import { costOfRetyping } from './type-cost.js';

/** The confirmed details of the conversion of a column. */
export interface ConfirmedConversion {
  readonly timeZones: ReadonlyMap<string, string>;
  readonly usings: ReadonlyMap<string, string>;
}

/** How PostgreSQL changes a type without rewriting a row: with `indexes`, it rebuilds every plain index over it. */
export type InPlace = Exclude<TypeChangeWork, 'heap'>;

/** Whether a column gets another type or collation. */
export function isRetyped(change: Change): change is AlterChange<'column'> {
  const { kind } = change;
  return kind === 'alter-column' && (change.aspects.includes('type') || change.aspects.includes('collation'));
}

/** Whether PostgreSQL changes the type or the collation of a column without rewriting a row, and how. */
export function inPlace(change: AlterChange<'column'>, confirmed: ConfirmedConversion): InPlace | null {
  const { table, object, live, desired } = change;
  const place = `${table}.${object}`;
  if (!isRetyped(change) || live.generated || desired.generated || confirmed.usings.has(place)) return null;
  const { work } = costOfRetyping({ from: live, to: desired }, confirmed.timeZones.get(place));
  return work === 'heap' ? null : work;
}

/** The parts of a table that PostgreSQL rebuilds, under its lock, when the type of a column changes in place. */
interface RebuiltParts {
  /** Indexes that can be dropped before it and created after it, without blocking writes. */
  readonly indexes: readonly IndexModel[];
  /** Checks that can be dropped and added again without reading a row under the lock. */
  readonly checks: readonly CheckModel[];
  /** Parts that the table needs all the time, or that cannot be built online: in words. */
  readonly blocking: readonly string[];
}

/**
 * What PostgreSQL rebuilds, as measured on 14 and 18: test/integration/generate/type-dependents.test.ts verifies it.
 * PostgreSQL rebuilds foreign keys, statistics objects and checks that were never validated without reading a row.
 */
export function rebuiltParts(table: TableModel, column: string, how: InPlace): RebuiltParts {
  const isEveryIndex = how === 'indexes';
  const typeOf = (name: string) => {
    const type = table.columns.find((one) => one.name === name)?.type;
    return type === undefined ? null : parsePostgresType(type);
  };
  const isEvery = (index: Parameters<typeof storesAnotherType>[0]) =>
    isEveryIndex || storesAnotherType(index, typeOf);
  const indexes = table.indexes.filter((index) => isRebuilt(index, column, isEvery(index)));
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  const computed = table.columns.filter(
    ({ generated, storage }) => generated && storage === 'stored' && mentions(generated.sql, column),
  );
  const excluded = table.exclusions.filter(({ method, elements, where }) => {
    const parts = elements.map(({ expression }) => expression.sql);
    const isPlain = where === null && !parts.some(isExpression);
    const isOfColumn =
      parts.some((sql) => elementMentions(sql, column)) || (where !== null && mentions(where.sql, column));
    const isNamed = ({ name }: { readonly name: string }) => parts.some((sql) => elementMentions(sql, name));
    const keys = table.columns.filter(isNamed).map(({ name }) => ({ column: name, opclass: null }));
    return (isEvery({ method, keys }) || !isPlain) && isOfColumn;
  });
  return {
    indexes: indexes.filter(({ unique }) => !unique),
    checks: table.checks.filter(({ validated, expression }) => validated && mentions(expression.sql, column)),
    blocking: [
      ...indexes.filter(({ unique }) => unique).map(({ name }) => `the unique index ${name}`),
      ...keys
        .filter(({ columns }) => isEveryIndex && columns.includes(column))
        .map(({ name }) => `the constraint ${name ?? ''}`),
      ...excluded.map(({ name }) => `the exclusion constraint ${name ?? ''}`),
      ...computed.map(({ name }) => `the computed column ${name}`),
    ],
  };
}

/**
 * PostgreSQL rebuilds an index with an expression or a predicate wherever the column is in it, and any index with
 * another operator class or collation.
 */
function isRebuilt(index: IndexModel, column: string, isEveryIndex: boolean): boolean {
  const { keys, include } = index;
  const expressions = expressionsOf(index);
  if (expressions.some((sql) => mentions(sql, column))) return true;
  const isKey = keys.some((key) => key.column === column);
  return expressions.length === 0 ? isEveryIndex && isKey : isKey || include.includes(column);
}

/** Whether an element of an exclusion constraint is more than a column, perhaps with an operator class. */
function isExpression(sql: string): boolean {
  return sqlReader().element(sql)?.isComputed ?? true;
}

/** Parts that block a change of a type: parts that change anyway are dropped before it. */
export function blockingParts(
  change: Change,
  { from, changes }: { readonly from: SchemaModel; readonly changes: readonly Change[] },
  confirmed: ConfirmedConversion,
): readonly string[] {
  if (change.kind !== 'alter-column') return [];
  const how = inPlace(change, confirmed);
  const table = from.tables.find(({ name }) => name === change.table);
  if (how === null || !table) return [];
  const isChanged = (part: string, name: string | null) =>
    changes.some(
      (one) => one.table === change.table && one.object === (name ?? '') && one.kind.endsWith(`-${part}`),
    );
  const staying: TableModel = {
    ...table,
    indexes: table.indexes.filter(({ name }) => !isChanged('index', name)),
    uniques: table.uniques.filter(({ name }) => !isChanged('unique', name)),
    exclusions: table.exclusions.filter(({ name }) => !isChanged('exclusion', name)),
    columns: table.columns.filter(({ name }) => !isChanged('column', name)),
  };
  return rebuiltParts(staying, change.object, how).blocking;
}
