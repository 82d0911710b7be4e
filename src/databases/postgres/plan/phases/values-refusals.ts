/** Renamed values of which a type cannot have both for a while, each with a way out. */

import type { TableModel } from '../../../../schema/model.js';
import { quoteLiteral } from '../../../../sql/quote.js';
import type { AttachedObject, PlanReading } from '../../../planning.js';
import { isMadeOf } from '../coexistence.js';
import { isOfEnum } from '../enum-ways.js';
import { partsNaming, type RenamedValues, type ValuesApart } from './values.js';

const ELSEWHERE = 'Rename the value in another release.';

/** One sentence each. @param given with the renames */
export function refusalsOfValues(given: PlanReading, values: ValuesApart): readonly string[] {
  const all = values.renamed.filter((one) => one.values.size > 0);
  return all.flatMap((renamed) => {
    const place = `${renamed.type}: the value ${[...renamed.values].map(([from, to]) => `${from}, renamed to ${to}`).join('; ')}:`;
    const tables = values.reading.from.tables.filter(({ columns }) =>
      columns.some((column) => isOfEnum(column, renamed.type)),
    );
    return [
      ...ofNames(renamed, given, tables),
      ...tables.flatMap((table) => ofKeys(table, renamed)),
      ...ofParts(given, values),
      ...ofAttached(given, renamed, tables),
      ...ofViews(given, renamed),
    ].map((problem) => `${place} ${problem}`);
  });
}

function ofNames(
  { type, values, live }: RenamedValues,
  { renames }: PlanReading,
  tables: readonly TableModel[],
): readonly string[] {
  const taken = [...values.values()].filter((value) => live.values.includes(value));
  const beside = renames.filter(
    (one) =>
      (one.kind === 'type' && one.to === type) ||
      (one.kind === 'column' && tables.some(({ name }) => name === one.table)),
  );
  return [
    ...taken.map(
      (value) =>
        `${value} is also a former value, so the two releases mean different rows by it. Rename one value in each release.`,
    ),
    ...beside.map(({ from, to }) => `${from} is renamed to ${to} beside it. ${ELSEWHERE}`),
  ];
}

/** Rows of the two releases would be two rows where they are one. */
function ofKeys(table: TableModel, { type }: RenamedValues): readonly string[] {
  const columns = table.columns.filter((column) => isOfEnum(column, type)).map(({ name }) => name);
  const named = (name: string | null, words: string) => `${words}${name === null ? '' : ` ${name}`}`;
  const keys = [
    ...(table.primaryKey ? [[table.primaryKey, 'the primary key'] as const] : []),
    ...table.uniques.map((key) => [key, 'the unique constraint'] as const),
    ...table.foreignKeys.map((key) => [key, 'the foreign key'] as const),
    ...table.indexes.filter(({ unique }) => unique).map((key) => [key, 'the unique index'] as const),
  ];
  return keys.flatMap(([key, words]) =>
    columns.some((column) => isMadeOf(key, column))
      ? [
          `${named(key.name, words)} of ${table.name} contains it, so equal rows of both releases would differ. Add a column with the new values instead.`,
        ]
      : [],
  );
}

/** Objects of tables whose expressions name it. */
function ofParts(given: PlanReading, { reading: { from, changes } }: ValuesApart): readonly string[] {
  return partsNaming(given, from).flatMap(({ kind, table, model }) => {
    const name = model.name ?? '';
    if (kind === 'exclusion')
      return [`the constraint ${name} of ${table} names it, and would not hold for rows of both releases.`];
    if (kind !== 'column') return [];
    if ('generated' in model && model.generated)
      return [`${table}.${name} is computed from it. Drop the column, and add it again in a later release.`];
    const isChanged = given.changes.some(
      (one) => one.kind === 'alter-column' && one.table === table && one.object === name,
    );
    return isChanged || changes.some((one) => one.kind === 'drop-column' && one.object === name)
      ? [`${table}.${name}, whose default names it, changes as well. ${ELSEWHERE}`]
      : [];
  });
}

/** Policies, triggers and rules, and the key of a partitioned table. */
function ofAttached(
  { facts }: PlanReading,
  { type, values }: RenamedValues,
  tables: readonly TableModel[],
): readonly string[] {
  const places = tables.flatMap(({ name, columns }) =>
    columns.filter((column) => isOfEnum(column, type)).map((column) => `${name}.${column.name}`),
  );
  const isOf = ({ columns, types }: AttachedObject) =>
    types.includes(type) || columns.some((column) => places.includes(column));
  const names = [...values.values()].map((value) => quoteLiteral(value));
  return facts.attached.filter(isOf).flatMap(({ kind, name, create }) => {
    if (kind === 'partition key')
      return [`${name} is partitioned by it. Add a partition for the new value, and move the rows by hand.`];
    const isNamed = names.some((one) => create.some((sql) => sql.includes(one)));
    return isNamed
      ? [`the ${kind} ${name} names it. Drop it in an earlier revision and create it again in a later one.`]
      : [];
  });
}

/** A view has one text at a time. */
function ofViews({ from, to }: PlanReading, { values }: RenamedValues): readonly string[] {
  const names = [...values].flat().map((value) => quoteLiteral(value));
  const views = new Set(
    [...(from.views ?? []), ...(to.views ?? [])]
      .filter(({ text }) => names.some((one) => text.includes(one)))
      .map(({ name }) => name),
  );
  return [...views].map(
    (name) => `the view ${name} names it. Let it read both values in an earlier release.`,
  );
}

/** What the newer release reads before contract. */
export function limitsOfValues({ moved }: ValuesApart): readonly string[] {
  const renamed = moved.filter(({ of }) => of.values.size > 0);
  return renamed.map(({ table, column, of: { values } }) => {
    const pairs = [...values].map(([from, to]) => `${from} and ${to}`).join(', ');
    return `${table}.${column.name}: until the contract has run, rows have the values of both releases (${pairs}). Let the new release read both alike. In conditions, compare the text, CAST(... AS text) IN (...): after contract, the type refuses the former value`;
  });
}
