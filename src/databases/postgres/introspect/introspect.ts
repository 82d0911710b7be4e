import {
  raw,
  type ColumnModel,
  type IndexKey,
  type IndexModel,
  type KeyModel,
  type TableModel,
} from '../../../schema/model.js';
import { nameOfServer } from '../../../sql/identifiers.js';
import type { LiveObject, LiveSchema, ReadAll } from '../../live-schema.js';
import { checkOf, deferrableOf, exclusionOf, foreignKeyOf, type Qualify } from './constraints.js';
import { catalogQueries, partitionQuery } from './queries.js';
import type {
  AttachedRow,
  ColumnRow,
  ConstraintRow,
  EnumRow,
  DatabaseObjectRow,
  DeviationRow,
  IndexKeyRow,
  IndexRow,
  Owned,
  PartitionRow,
  SequenceRow,
  SettingRow,
  TableRow,
} from './rows.js';
import { domainsOf, specialTables } from './special-tables.js';
import { unenforcedBy, unknownOf } from './unknown.js';

const TABLE_KINDS = ['r', 'p', 'f'];

/** A table and the rows that belong to it. */
interface Rows {
  readonly table: TableRow;
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
}

/**
 * Reads schemas from pg_catalog in one round trip, with no right but to read the catalogs, and no lock on any table.
 *
 * @param schemas the default one first; names in it stand without it
 */
export async function introspectPostgres(
  readAll: ReadAll,
  schemas: readonly string[],
  named: readonly string[] = [],
): Promise<LiveSchema> {
  const qualify: Qualify = (schema, name) => (schema === schemas[0] ? name : `${schema}.${name}`);
  const rows = await readCatalogs(readAll, schemas, { named, qualify });
  const [relations, columns, constraints, indexes, enums, ...others] = rows as unknown as readonly [
    TableRow[],
    ColumnRow[],
    ConstraintRow[],
    IndexRow[],
    EnumRow[],
    AttachedRow[],
    SequenceRow[],
    DatabaseObjectRow[],
    SettingRow[],
    DeviationRow[],
  ];
  const [attached, sequences, ofDatabase, settings, deviations] = others;
  const of = { columns: byTable(columns), constraints: byTable(constraints), indexes: byTable(indexes) };
  const ofKinds = (kinds: readonly string[]) =>
    relations
      .filter(({ kind }) => kinds.includes(kind))
      .map((table) => ({
        table,
        columns: of.columns(table.oid),
        constraints: of.constraints(table.oid),
        indexes: of.indexes(table.oid),
      }));
  const [tables, materialized] = [ofKinds(TABLE_KINDS), ofKinds(['m'])];
  const specials = specialTables(tables, qualify);
  const domains = tables.flatMap((rows) => domainsOf(qualify(rows.table.schema, rows.table.name), rows));
  return {
    ...(specials.length > 0 ? { specials } : {}),
    ...(domains.length > 0 ? { domains } : {}),
    ...(deviations.length > 0 ? { deviations: deviationsOf(relations, deviations, qualify) } : {}),
    ...(materialized.length > 0 ? { materialized: materialized.map((rows) => tableOf(rows, qualify)) } : {}),
    schema: {
      dialect: 'postgres',
      tables: tables.map((rows) => tableOf(rows, qualify)),
      enums: enums.map(({ schema, name, values }) => ({ name: qualify(schema, name), values })),
    },
    unmanaged: unmanagedOf({ relations, attached, sequences, ofDatabase }, qualify),
    uncomparable: [
      ...settings.flatMap(unenforcedBy),
      ...tables.flatMap((rows) => unknownOf(qualify(rows.table.schema, rows.table.name), rows)),
    ],
  };
}

/** Everything again with the partitions that are meant, where a table of an entity is missing: that is seldom. */
async function readCatalogs(
  readAll: ReadAll,
  schemas: readonly string[],
  { named, qualify }: { readonly named: readonly string[]; readonly qualify: Qualify },
): Promise<readonly (readonly unknown[])[]> {
  const rows = await readNoted(readAll, catalogQueries(schemas));
  const found = new Set((rows[0] as readonly TableRow[]).map(({ schema, name }) => qualify(schema, name)));
  const missing = named.filter((name) => !found.has(name));
  if (missing.length === 0) return rows;
  const names = missing.map((name) => name.slice(name.lastIndexOf('.') + 1));
  const [partitions = []] = await readAll([partitionQuery(schemas, names)]);
  const meant = (partitions as readonly PartitionRow[]).filter(({ schema, name }) =>
    missing.includes(qualify(schema, name)),
  );
  return meant.length === 0
    ? rows
    : readNoted(
        readAll,
        catalogQueries(
          schemas,
          meant.map(({ oid }) => oid),
        ),
      );
}

/** The first query answers with nothing. */
async function readNoted(
  readAll: ReadAll,
  queries: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  return (await readAll(queries)).slice(1);
}

function deviationsOf(
  relations: readonly TableRow[],
  rows: readonly DeviationRow[],
  qualify: Qualify,
): readonly LiveObject[] {
  const tables = new Map(relations.map((row) => [row.oid, qualify(row.schema, row.name)]));
  return rows.map(({ kind, tableId, schema, partition, name }) => ({
    ...{ kind, owner: tables.get(tableId) ?? '' },
    object: [qualify(schema, partition), ...(name === '' ? [] : [name])].join('.'),
  }));
}

function byTable<T extends Owned>(rows: readonly T[]): (oid: number) => readonly T[] {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.tableId);
    if (group) group.push(row);
    else groups.set(row.tableId, [row]);
  }
  return (oid) => groups.get(oid) ?? [];
}

function tableOf({ table, columns, constraints, indexes }: Rows, qualify: Qualify): TableModel {
  const ofKind = (kind: ConstraintRow['kind']) =>
    constraints.filter((constraint) => constraint.kind === kind);
  const key = (constraint: ConstraintRow) => keyOf(constraint, indexes);
  return {
    name: qualify(table.schema, table.name),
    persistence: table.persistence === 'u' ? 'unlogged' : 'permanent',
    comment: table.comment,
    options: null,
    columns: columns.map((column) => ({
      ...columnOf(column, qualify),
      ...requirementOf(column, table.name),
    })),
    primaryKey: ofKind('p').map(key)[0] ?? null,
    uniques: ofKind('u').map(key),
    indexes: indexes.filter((index) => index.constraint === null).map(indexOf),
    foreignKeys: ofKind('f').map((constraint) => foreignKeyOf(constraint, qualify)),
    checks: ofKind('c').map(checkOf),
    exclusions: ofKind('x').map(exclusionOf),
    ...(table.partition ? { partition: table.partition } : {}),
  };
}

function columnOf(row: ColumnRow, qualify: Qualify): ColumnModel {
  const serial = row.ownsSequence && (row.default?.startsWith('nextval(') ?? false);
  const computed = row.generated !== '';
  const expression = row.default === null || serial ? null : raw(withoutOwnCast(row.default, row));
  return {
    name: row.name,
    type: typeOf(row, qualify),
    nullable: !row.notNull,
    default: computed ? null : expression,
    identity:
      row.identity === 'a' ? 'always' : row.identity === 'd' ? 'by default' : serial ? 'serial' : null,
    generated: computed ? expression : null,
    storage: computed ? (row.generated === 's' ? 'stored' : 'virtual') : null,
    collation: row.collation,
    comment: row.comment,
  };
}

/** What a NOT NULL constraint has of its own. */
function requirementOf(row: ColumnRow, table: string): Pick<ColumnModel, 'notNull'> {
  const { requirement: name, notNull: validated, requiredAlone } = row;
  if (name === null) return {};
  const [label = ''] = /_not_null\d*$/.exec(name) ?? [];
  if (validated && !requiredAlone && name === nameOfServer(table, row.name, label)) return {};
  return { notNull: { name, validated, ...(requiredAlone ? { inherited: false as const } : {}) } };
}

/**
 * A literal default is read as the type of its column anyway, which may not be the type that it is to have. An interval
 * without a type would be read with the precision of the column, and `'1 day'::interval` is another text.
 */
function withoutOwnCast(sql: string, { type: whole, bareType }: ColumnRow): string {
  if (bareType === 'interval' && whole !== bareType) return sql;
  const [, literal = sql, type] = /^('(?:[^']|'')*')::(.+)$/.exec(sql) ?? [];
  return type === bareType ? literal : sql;
}

/** A schema that is not in the search path shows in `format_type`; the model has its own way to say that. */
function typeOf(row: ColumnRow, qualify: Qualify): string {
  if (row.typeKind === 'e') return `enum ${qualify(row.typeSchema, row.typeName)}${row.isArray ? '[]' : ''}`;
  return row.type;
}

/** INCLUDE and NULLS NOT DISTINCT of a constraint are told by its index. */
function keyOf(row: ConstraintRow, indexes: readonly IndexRow[]): KeyModel {
  const index = indexes.find((candidate) => candidate.constraint === row.name);
  return {
    name: row.name,
    columns: row.columns ?? [],
    include: includeOf(index?.keys ?? []),
    deferrable: deferrableOf(row),
    nulls: index?.nullsNotDistinct ? 'not distinct' : 'distinct',
  };
}

function includeOf(keys: readonly IndexKeyRow[]): readonly string[] {
  return keys.filter(({ key }) => !key).map(({ column }) => column ?? '');
}

function indexOf(row: IndexRow): IndexModel {
  return {
    name: row.name,
    keys: row.keys.filter(({ key }) => key).map(indexKeyOf),
    include: includeOf(row.keys),
    unique: row.unique,
    nulls: row.nullsNotDistinct ? 'not distinct' : 'distinct',
    method: row.method,
    where: row.where === null ? null : raw(row.where),
    valid: row.valid,
  };
}

function indexKeyOf(row: IndexKeyRow): IndexKey {
  return {
    column: row.column,
    expression: row.expression,
    order: (row.option & 1) === 0 ? 'ASC' : 'DESC',
    nulls: (row.option & 2) === 0 ? 'LAST' : 'FIRST',
    opclass: row.opclass,
    collation: row.collation,
  };
}

interface UnmanagedRows {
  readonly relations: readonly TableRow[];
  readonly attached: readonly AttachedRow[];
  readonly sequences: readonly SequenceRow[];
  readonly ofDatabase: readonly DatabaseObjectRow[];
}

function unmanagedOf(
  { relations, attached, sequences, ofDatabase }: UnmanagedRows,
  qualify: Qualify,
): readonly LiveObject[] {
  const nameOf = new Map(relations.map((row) => [row.oid, qualify(row.schema, row.name)]));
  const named = (kind: string) =>
    relations.filter((row) => row.kind === kind).map((row) => qualify(row.schema, row.name));
  const secured = (kind: 'row-security' | 'forced-row-security', holds: (row: TableRow) => boolean) =>
    relations.filter(holds).map((row) => {
      const object = qualify(row.schema, row.name);
      return { kind, object, owner: object } as const;
    });
  return [
    ...named('v').map((object) => ({ kind: 'view', object }) as const),
    ...named('m').map((object) => ({ kind: 'materialized-view', object }) as const),
    ...attached.map(({ kind, tableId, name }) => {
      const owner = nameOf.get(tableId) ?? '';
      return { kind, object: `${owner}.${name}`, owner };
    }),
    ...ofDatabase.map(({ kind, name }) => ({ kind, object: name })),
    ...secured('row-security', (row) => row.rowSecurity),
    ...secured('forced-row-security', (row) => row.forcesRowSecurity),
    ...sequences.map(({ schema, name }) => ({ kind: 'sequence', object: qualify(schema, name) }) as const),
  ];
}
