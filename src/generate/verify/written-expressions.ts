import { expressionsOf, type TableExpression } from '../../schema/expressions-of.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import { enumCheckOf } from '../../schema/enum-check.js';
import { placeOfPart, type UndeclaredPart } from '../../schema/undeclared.js';
import type { ConfirmedValues } from '../../databases/planning.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/** An expression that a person has written, and where. */
export interface WrittenExpression {
  readonly sql: string;
  /** `check ck_jobs_depth of jobs`, or the option. */
  readonly of: string;
  /** Whether it is from the command line, not from an entity. */
  readonly isFromOption: boolean;
  readonly use: 'option' | 'default' | 'generated' | 'check' | 'index' | 'exclusion';
  readonly table: string;
  /** What it is the value of; null for a condition. */
  readonly column: string | null;
  /** The value of `--drop` for its object, which no entity declares. */
  readonly undeclared?: string;
  /** Whether the database refused to parse it when the entities were read. */
  readonly isRefused: boolean;
}

/** The sources of the expressions of one direction. */
interface WrittenGiven {
  readonly confirmed: ConfirmedValues;
  readonly reading: Pick<DialectReading, 'from' | 'to' | 'kept'>;
  readonly direction: 'up' | 'down';
}

/** Expressions of the options of this direction, then those of the entities. */
export function writtenExpressions(given: WrittenGiven): readonly WrittenExpression[] {
  const { confirmed, reading, direction } = given;
  const [option, usings] =
    direction === 'up'
      ? (['--using', confirmed.usings] as const)
      : (['--using-down', confirmed.usingsDown] as const);
  return [
    ...optionsOf('--backfill', confirmed.backfills, reading),
    ...optionsOf(option, usings, reading),
    ...reading.to.tables.flatMap((table) => declaredIn(table, reading.kept)),
  ];
}

function optionsOf(
  option: string,
  expressions: ReadonlyMap<string, string>,
  { from, to }: WrittenGiven['reading'],
): readonly WrittenExpression[] {
  return [...expressions].map(([place, sql]) => ({
    sql,
    of: `${option} ${place}`,
    isFromOption: true,
    use: 'option',
    ...(columnAt(to, place) ?? columnAt(from, place) ?? { table: place, column: null }),
    isRefused: false,
  }));
}

function columnAt(
  { tables }: SchemaModel,
  place: string,
): { readonly table: string; readonly column: string } | undefined {
  return tables
    .flatMap(({ name: table, columns }) => columns.map(({ name: column }) => ({ table, column })))
    .find(({ table, column }) => `${table}.${column}` === place);
}

/** The values of an enumerated column are not an expression that a person has written. */
function declaredIn(table: TableModel, kept: readonly UndeclaredPart[]): readonly WrittenExpression[] {
  const refused = new Set(refusedIn(table));
  const own = expressionsOf(table)
    .filter(({ sql, owner }) => !(owner.startsWith('check') && isOfEnum(sql)))
    .map((one) => ({ ...declared(table, one), isRefused: refused.has(one.sql) }));
  const keys = table.indexes.flatMap(({ name, keys: parts }) =>
    parts.flatMap(({ expression }) => (expression === null ? [] : [keyOf(table, name, expression)])),
  );
  return [...own, ...keys].map((one) => {
    const part = kept.find(({ table: at, object }) => at === table.name && one.of === partWords(one, object));
    return part ? { ...one, undeclared: placeOfPart(part) } : one;
  });
}

function partWords({ use, table }: WrittenExpression, name: string): string {
  return `${use} ${name} of ${table}`;
}

function declared(table: TableModel, { sql, owner, use, column }: TableExpression) {
  const [kind] = owner.split(' ');
  const part = kind === 'exclusion' ? owner.replace(/ \d+$/, '') : owner;
  return {
    sql,
    of: `${part} of ${table.name}`,
    isFromOption: false,
    use: use === 'condition' ? (kind as 'check' | 'index' | 'exclusion') : use,
    table: table.name,
    column: column?.name ?? null,
  };
}

function keyOf(table: TableModel, name: string, sql: string): WrittenExpression {
  const of = `index ${name} of ${table.name}`;
  return { sql, of, isFromOption: false, use: 'index', table: table.name, column: null, isRefused: false };
}

function refusedIn({ columns, checks, indexes }: TableModel): readonly string[] {
  const all = [
    ...columns.flatMap(({ default: value, generated }) => [value, generated]),
    ...checks.map(({ expression }) => expression),
    ...indexes.map(({ where }) => where),
  ];
  return all.flatMap((one) => (one?.refused === undefined ? [] : [one.sql]));
}

function isOfEnum(sql: string): boolean {
  return enumCheckOf({ name: null, expression: { sql, canonical: sql }, validated: true }) !== null;
}
