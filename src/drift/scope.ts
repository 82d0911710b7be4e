/** Separates what the entities describe from what else is in a live schema. Before anything is compared. */

import type { Description } from '../metadata/describe.js';
import { isView, type LiveSchema } from '../databases/live-schema.js';
import { withBases } from '../schema/domains.js';
import { formerPartitions, undeclaredPartitions } from '../schema/live-partitions.js';
import { fitted } from '../schema/special-tables.js';
import { compareText, type SchemaModel, type Uncomparable, type UnmanagedObject } from '../schema/model.js';

/** The part of a live schema that the entities describe, and the rest. */
interface Scoped {
  readonly live: SchemaModel;
  readonly unmanaged: readonly UnmanagedObject[];
  readonly uncomparable: readonly Uncomparable[];
}

/** What the entities describe, what they cannot declare, and what of theirs is unknown. */
export function applyScope(found: LiveSchema, description: Description): Scoped {
  const { schema, passedOver } = description;
  const tables = new Set(schema.tables.map(({ name }) => name));
  const enums = new Set(schema.enums.map(({ name }) => name));
  const live = found.schema.tables.filter(({ name }) => tables.has(name));
  const scoped = {
    ...found.schema,
    tables: live.map((table) => ({
      ...table,
      indexes: table.indexes.filter(({ name }) => !passedOver.indexes.includes(name)),
    })),
    enums: found.schema.enums.filter(({ name }) => enums.has(name)),
  };
  return {
    live: withBases(fitted(scoped, schema, found.specials ?? []), schema, found.domains ?? []),
    unmanaged: unmanagedOf(found, description, { tables, enums }),
    uncomparable: found.uncomparable.filter(
      ({ kind, table, object }) =>
        (table === '' || tables.has(table)) && !(kind === 'index' && passedOver.indexes.includes(object)),
    ),
  };
}

interface Managed {
  readonly tables: ReadonlySet<string>;
  readonly enums: ReadonlySet<string>;
}

function unmanagedOf(
  found: LiveSchema,
  { schema: declaredSchema, passedOver, schemas, views: declared }: Description,
  { tables, enums }: Managed,
): readonly UnmanagedObject[] {
  const [defaultSchema = ''] = schemas;
  const others = new Set(passedOver.tables.map((name) => withoutSchema(name, defaultSchema)));
  const views = new Set(declared.map(({ name }) => name));
  const extraTables = found.schema.tables.filter(({ name }) => !tables.has(name) && !others.has(name));
  const extraEnums = found.schema.enums.filter(
    ({ name }) => !enums.has(name) && !passedOver.enums.includes(name),
  );
  const wasPartition = formerPartitions(found.schema);
  const extra: readonly UnmanagedObject[] = [
    ...extraTables.map(
      ({ name }) => ({ kind: wasPartition(name) ? 'detached-partition' : 'table', object: name }) as const,
    ),
    ...extraEnums.map(({ name }) => ({ kind: 'enum', object: name }) as const),
    ...undeclaredDomains(found, declaredSchema),
    ...undeclaredPartitions(found.schema, declaredSchema),
    ...missingIndexes(found, passedOver.indexes),
    ...[...found.unmanaged, ...(found.deviations ?? [])]
      .filter((one) => !(isView(one) && (views.has(one.object) || others.has(one.object))))
      .filter(({ owner }) => owner === undefined || tables.has(owner) || views.has(owner))
      .map(({ kind, object }) => ({ kind, object })),
  ];
  return inOrder(extra);
}

/** The domains of columns whose entities declare the type behind them. */
function undeclaredDomains(
  { domains = [] }: LiveSchema,
  { tables }: SchemaModel,
): readonly UnmanagedObject[] {
  return domains
    .filter(({ table, column, base }) =>
      tables.some(
        ({ name, columns }) =>
          name === table && columns.some((own) => own.name === column && own.type === base),
      ),
    )
    .map(({ table, column }) => ({ kind: 'domain', object: `${table}.${column}` }));
}

/** By kind and name. */
export function inOrder(objects: readonly UnmanagedObject[]): readonly UnmanagedObject[] {
  return [...objects].sort((a, b) => compareText(`${a.kind} ${a.object}`, `${b.kind} ${b.object}`));
}

/** Entities declare that an excluded index exists, but not its definition. */
function missingIndexes(
  { schema, materialized = [], uncomparable }: LiveSchema,
  excluded: readonly string[],
): readonly UnmanagedObject[] {
  const there = new Set([
    ...[...schema.tables, ...materialized].flatMap(({ indexes }) => indexes.map(({ name }) => name)),
    ...uncomparable.filter(({ kind }) => kind === 'index').map(({ object }) => object),
  ]);
  return [...new Set(excluded)]
    .filter((name) => !there.has(name))
    .map((object) => ({ kind: 'missing-index', object }));
}

function withoutSchema(name: string, schema: string): string {
  return schema !== '' && name.startsWith(`${schema}.`) ? name.slice(schema.length + 1) : name;
}
