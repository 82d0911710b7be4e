import {
  NO_CONFIRMATIONS,
  type ConfirmationOptions,
} from '../../../../src/generate/confirm/confirmations.js';
import { quoteIdentifier } from '../../../../src/sql/quote.js';
import { valueFor } from './entities.js';
import type { Column, Model, Table } from './model.js';

/** An object of both models. */
interface Both<T> {
  readonly before: T;
  readonly after: T;
}

/** The confirmations that the edits require, as on the command line. */
export function wordsFor({ before, after }: Both<Model>): ConfirmationOptions {
  const tables = pairsOf(before.tables, after.tables);
  return {
    ...NO_CONFIRMATIONS,
    renames: tables.flatMap(renamesIn),
    renamedTables: tables.filter(isRenamed).map(sides),
    drops: [...goneOf(before.tables, after.tables).map(({ name }) => name), ...tables.flatMap(dropsIn)],
    backfills: [...new Set(tables.flatMap(backfillsIn))],
    usings: tables.flatMap((pair) => instantsIn(pair, inText)),
    usingsDown: tables.flatMap((pair) => instantsIn(pair, outOfText)),
    allowRewrite: true,
  };
}

/**
 * Whether words can say which object is which. To the command, a name of the model before means the same object in the
 * model after; so only an object that is renamed too gives its name to another one, which had a name before.
 */
export function canBeSaid({ before, after }: Both<Model>): boolean {
  const columns = pairsOf(before.tables, after.tables).map((table) => ({
    before: table.before.columns,
    after: table.after.columns,
  }));
  return [{ before: before.tables, after: after.tables }, ...columns].every(areNamesClear);
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function areNamesClear({ before, after }: Both<readonly Named[]>): boolean {
  const isIn = (list: readonly Named[], { id }: Named) => list.some((one) => one.id === id);
  return after.every((one) => {
    const former = before.find(({ name }) => name === one.name);
    return !former || former.id === one.id || (isIn(before, one) && isIn(after, former));
  });
}

function pairsOf<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
): readonly Both<T>[] {
  return after.flatMap((one) => {
    const former = before.find(({ id }) => id === one.id);
    return former ? [{ before: former, after: one }] : [];
  });
}

function goneOf<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.filter(({ id }) => !after.some((one) => one.id === id));
}

function isRenamed({ before, after }: Both<{ readonly name: string }>): boolean {
  return before.name !== after.name;
}

function sides({ before, after }: Both<{ readonly name: string }>): string {
  return `${before.name}:${after.name}`;
}

function renamesIn({ before, after }: Both<Table>): readonly string[] {
  const columns = pairsOf(before.columns, after.columns);
  return [
    ...columns.filter(isRenamed).map((pair) => `${before.name}.${sides(pair)}`),
    ...columns.flatMap((pair) =>
      pairsOf(pair.before.values, pair.after.values)
        .filter(isRenamed)
        .filter(() => pair.before.kind === 'enum' && pair.after.kind === 'enum')
        .map((value) => `${before.name}.${pair.before.name}.${sides(value)}`),
    ),
  ];
}

/** A newly computed column loses its values; so does down for one that is no longer computed. */
function dropsIn({ before, after }: Both<Table>): readonly string[] {
  const gone = goneOf(before.columns, after.columns);
  const computed = pairsOf(before.columns, after.columns).filter(
    (pair) => pair.before.computed === null && pair.after.computed !== null,
  );
  return [...gone, ...computed.map((pair) => pair.after)].map(({ name }) => `${after.name}.${name}`);
}

function backfillsIn({ before, after }: Both<Table>): readonly string[] {
  const added = goneOf(after.columns, before.columns).filter((column) => isRequired(column, after));
  const gone = goneOf(before.columns, after.columns).filter((column) => isRequired(column, before));
  const required = pairsOf(before.columns, after.columns)
    .filter((pair) => isNullable(pair.before, before) && !isNullable(pair.after, after))
    .map((pair) => pair.after);
  // The down of a newly computed column.
  const computed = pairsOf(before.columns, after.columns)
    .filter(
      (pair) => pair.after.computed !== null && !pair.before.computed && !isNullable(pair.before, before),
    )
    .map((pair) => pair.after);
  return [...added, ...gone, ...required, ...computed].map(
    (column) => `${after.name}.${column.name}=${valueFor(column)}`,
  );
}

const FORMAT = 'YYYY-MM-DD HH24:MI:SS.US';

/** An instant as text depends on a time zone and a format; so does the text in down. */
function instantsIn(
  { before, after }: Both<Table>,
  expression: (column: string) => string,
): readonly string[] {
  return pairsOf(before.columns, after.columns)
    .filter((pair) => pair.before.kind === 'instant' && pair.after.kind !== 'instant')
    .filter((pair) => pair.before.computed === null && pair.after.computed === null)
    .map((pair) => `${after.name}.${pair.after.name}=${expression(quoteIdentifier(pair.after.name))}`);
}

function inText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', '${FORMAT}')`;
}

function outOfText(column: string): string {
  return `to_timestamp(${column}, '${FORMAT}')::timestamp AT TIME ZONE 'UTC'`;
}

function isNullable(column: Column, { key }: Table): boolean {
  return column.nullable && !key.includes(column.id);
}

function isRequired(column: Column, table: Table): boolean {
  const { computed, numbered } = column;
  return !isNullable(column, table) && column.default === null && computed === null && !numbered;
}
