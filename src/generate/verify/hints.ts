/** Values that rows must have so that a change shows on them. */

import { elementType } from '../../schema/element-type.js';
import type { ColumnModel, SchemaModel, TableModel } from '../../schema/model.js';
import { enumCheckOf, valuesOf as valuesListed } from '../../schema/enum-check.js';
import { becomesRange } from '../../schema/partition.js';
import { pointlessColumns } from './fill-schema.js';
import { columnNameAfter, tableNameAfter, type PreservedInput } from './preserved-data.js';
import { databaseNamed } from '../../databases/registry.js';
import type { Rename } from '../../schema/rename.js';
import type { PlanReading } from '../../databases/planning.js';

/** The texts of a column, by `table.column` at head; none where any text works. */
type Hint = readonly [place: string, texts: readonly string[]];

/** A column of a table of a schema. */
interface Place {
  readonly schema: SchemaModel;
  readonly table: TableModel;
  readonly column: ColumnModel;
}

/** Texts that a conversion can read, by `table.column` at head; none where only NULL works. */
export function hintsOf(of: PreservedInput): ReadonlyMap<string, readonly string[]> {
  const { head, desired, renames } = of;
  const hints = head.tables.flatMap((table): readonly Hint[] => {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    if (!after) return [];
    return table.columns.flatMap((column) => {
      const name = columnNameAfter(after.name, column.name, renames);
      const later = after.columns.find((one) => one.name === name);
      if (!later) return [];
      const live = { schema: head, table, column };
      const texts = textsFor(live, { schema: desired, table: after, column: later }, renames);
      return [[`${table.name}.${column.name}`, texts]];
    });
  });
  const pointless = pointlessColumns(of).map((place): Hint => [place, []]);
  return new Map([...hints.filter(([, texts]) => texts.length > 0), ...pointless, ...dividingColumns(of)]);
}

/** The moments by which a plain table is divided: one that is far ahead is refused. */
function dividingColumns({ head, desired, renames }: PreservedInput): readonly Hint[] {
  return head.tables.flatMap((table) => {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    if (!after || !becomesRange(table.partition, after.partition)) return [];
    return table.columns
      .filter(({ name }) => after.partition?.key.includes(columnNameAfter(after.name, name, renames)))
      .map(({ name }): Hint => [`${table.name}.${name}`, PAST]);
  });
}

/** The same for tables whose old rows are in a first partition: later rows would move its bound on the way back. */
export function firstPartitionHints({
  head,
  facts: { unbounded = [] },
}: Pick<PlanReading, 'head' | 'facts'>): readonly Hint[] {
  return head.tables
    .filter(({ name }) => unbounded.includes(name))
    .flatMap(({ name, partition }) => (partition?.key ?? []).map((key): Hint => [`${name}.${key}`, PAST]));
}

const PAST = [1, 2, 3, 4, 5, 6].map((month) => `2024-0${month}-01 00:00:00`);

function textsFor(live: Place, desired: Place, renames: readonly Rename[]): readonly string[] {
  const [values, stay] = [valuesOf(live), valuesOf(desired)];
  const isArray = live.column.type.endsWith('[]');
  if (stay && values) {
    const known = values.filter((value) => stay.includes(valueAfter(desired, value, renames)));
    if (known.length === values.length) return [];
    return isArray ? listsOf(known) : known;
  }
  if (stay) return stay;
  const { converts, domain } = databaseNamed(live.schema.dialect).fixtures;
  const [from, to] = [live.column.type, desired.column.type];
  if (!converts(live.column, desired.column)) return [];
  return ANY_SPATIAL.test(from) && SPATIAL.test(to)
    ? domain(to, []).series(SPATIAL_TEXTS, 0)
    : convertible(from, to);
}

/** The values of an enumerated column; undefined for any other one. */
function valuesOf({ schema, table, column }: Place): readonly string[] | undefined {
  const type = schema.enums.find(({ name }) => elementType(column.type) === `enum ${name}`);
  if (type) return type.values;
  const checks = table.checks.flatMap((check) => enumCheckOf(check) ?? []);
  const own = checks.find((check) => check.column === column.name);
  return own && valuesListed(own);
}

function valueAfter({ table, column }: Place, value: string, renames: readonly Rename[]): string {
  const renamed = renames.find(
    (rename) =>
      rename.kind === 'value' &&
      rename.table === table.name &&
      rename.column === column.name &&
      rename.from === value,
  );
  return renamed?.to ?? value;
}

/** Texts that one type can store and the other one reads: of any kind where it is a text, else of the kind of both. */
function convertible(from: string, to: string): readonly string[] {
  if (to.endsWith('[]')) {
    const element = to.slice(0, -2);
    if (!from.endsWith('[]')) return TEXT.test(from) ? listsOf(convertible(from, element)) : [];
    return listsOf(convertible(from.slice(0, -2), element));
  }
  if (from.endsWith('[]')) return [];
  const [live, desired] = [from, to].map((type) => FAMILIES.find(({ pattern }) => pattern.test(type)));
  if (!desired || (live?.pattern !== TEXT && live !== desired)) return [];
  return desired.texts;
}

/** Each as the one element of an array. */
function listsOf(texts: readonly string[]): readonly string[] {
  return texts.map((text) => `{${JSON.stringify(text)}}`);
}

/** A type of PostGIS that takes any feature, and one that names what it takes. */
const ANY_SPATIAL = /^(?:\w+\.)?geo(?:metry|graphy)$/;
const SPATIAL = /^(?:\w+\.)?geo(?:metry|graphy)\(/;
const SPATIAL_TEXTS = 3;

const TEXT = /^(character|varchar|char|text|citext)/;

const FAMILIES: readonly { readonly pattern: RegExp; readonly texts: readonly string[] }[] = [
  { pattern: /^(small|big)?int|^numeric|^real|^double|^decimal/, texts: ['1', '2', '3'] },
  { pattern: /^boolean/, texts: ['true', 'false'] },
  { pattern: /^(date|time)/, texts: ['2024-01-01 00:00:00', '2024-02-02 00:00:00'] },
  { pattern: /^json/, texts: ['1', '{"a":1}', 'null'] },
  {
    pattern: /^uuid/,
    texts: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  },
  { pattern: TEXT, texts: ['a', 'b', 'c'] },
];
