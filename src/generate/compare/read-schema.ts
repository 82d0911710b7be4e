/** Reads the schema at head from the scratch database on which the revisions have run. */

import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import type { BothSides } from '../../databases/catalog.js';
import type { Description } from '../../metadata/describe.js';
import { enumIn } from './enum-values.js';
import type { ReadAll } from '../../databases/live-schema.js';
import { isOfSetUp } from '../../scratch/set-up-objects.js';
import { fitted, type SpecialTable } from '../../schema/special-tables.js';
import { withBases, type DomainColumn } from '../../schema/domains.js';
import { withMoments } from '../../schema/moments.js';
import type { EnumModel, IndexModel, SchemaModel, TableModel } from '../../schema/model.js';

/** The schema at head, columns in the order of their tables. */
export interface ReadSchema {
  readonly schema: SchemaModel;
  /** The same as the database has it, where the other is as entities can declare it. */
  readonly asFound: SchemaModel;
  /** Tables of the database that a revision cannot change like others. */
  readonly specials: readonly SpecialTable[];
  /** Columns whose types are domains. */
  readonly domains: readonly DomainColumn[];
  /** Types of the columns of these tables that no entity declares and no option names: entities may rename them. */
  readonly columnEnums: readonly EnumModel[];
  /** Tables that no entity declares and no option names. */
  readonly leftAlone: readonly string[];
  /** Indexes that entities exclude with `synchronize: false`. */
  readonly ownIndexes: readonly { readonly table: string; readonly index: IndexModel }[];
  /**
   * Objects besides tables that entities do not declare, as far as the catalog shows: `view` and its name, for example.
   */
  readonly undeclared: readonly { readonly kind: string; readonly name: string }[];
}

/**
 * Reads the part of a scratch database that belongs to the entities.
 *
 * @param description of its entities
 * @param managed names of tables and types that entities had before, or that `--drop` names; all others that no
 *   entity declares stay unchanged
 */
export async function readSchema(
  dataSource: DataSource,
  description: Description,
  managed: ReadonlySet<string>,
): Promise<ReadSchema> {
  const dialect = databaseOf(dataSource);
  const {
    schema,
    unmanaged,
    specials = [],
    domains = [],
  } = await reading(dataSource, (read) =>
    dialect.catalog.introspect(
      read,
      description.schemas,
      description.schema.tables.map(({ name }) => name),
    ),
  );
  const concerns = concernOf(description, managed);
  const own = schema.tables.filter(({ name }) => concerns.table(name));
  const columnTypes = new Set(own.flatMap(({ columns }) => columns.map(({ type }) => enumIn(type))));
  const isOurs = (kind: string, object: string) => !isOfSetUp(dataSource, { kind, object });
  const others = schema.tables.filter(
    ({ name }) => !concerns.table(name) && !concerns.passedOver(name) && isOurs('table', name),
  );
  const managedSchema = {
    ...schema,
    tables: own.map((table) => withoutPassedOver(table, description)),
    enums: schema.enums.filter(({ name }) => concerns.enumerated(name)),
  };
  return {
    ...{ specials, domains },
    asFound: managedSchema,
    schema: asDeclared(managedSchema, description.schema, { dataSource, specials, domains }),
    columnEnums: schema.enums.filter(({ name }) => columnTypes.has(name) && !concerns.enumerated(name)),
    leftAlone: others.map(({ name }) => name).sort(),
    ownIndexes: own.flatMap(({ name: table, indexes }) =>
      indexes
        .filter(({ name }) => description.passedOver.indexes.includes(name))
        .map((index) => ({ table, index })),
    ),
    undeclared: [
      ...unmanaged
        .filter(({ kind, object }) => isOurs(kind, object))
        .map(({ kind, object }) => ({ kind, name: object.slice(object.lastIndexOf('.') + 1) })),
      ...description.passedOver.indexes.map((name) => ({ kind: 'index', name })),
      ...others.map(({ name }) => ({ kind: 'table', name })),
    ],
  };
}

/** A schema as entities, or a snapshot of them, can declare it. */
export function asDeclared(
  live: SchemaModel,
  desired: SchemaModel,
  {
    dataSource,
    specials,
    domains,
  }: Pick<ReadSchema, 'specials' | 'domains'> & { readonly dataSource: DataSource },
): SchemaModel {
  const { isMoment } = databaseOf(dataSource).catalog.columns;
  return withMoments(withBases(fitted(live, desired, specials), desired, domains), desired, isMoment);
}

/** Both sides with the same spelling of expressions, by the connected database. */
export function canonical(dataSource: DataSource, sides: BothSides): Promise<BothSides> {
  const dialect = databaseOf(dataSource);
  return reading(dataSource, (read) =>
    dialect.catalog.canonicalize(sides, read, dialect.defaultSchema(dataSource)),
  );
}

async function reading<T>(dataSource: DataSource, use: (read: ReadAll) => Promise<T>): Promise<T> {
  const session = new TypeormSession(dataSource.createQueryRunner());
  try {
    return await use(databaseOf(dataSource).readAll(session));
  } finally {
    await session.close();
  }
}

interface Concern {
  readonly table: (name: string) => boolean;
  readonly enumerated: (name: string) => boolean;
  readonly passedOver: (name: string) => boolean;
}

function concernOf({ schema, passedOver, schemas }: Description, managed: ReadonlySet<string>): Concern {
  const tables = new Set(schema.tables.map(({ name }) => name));
  const enums = new Set(schema.enums.map(({ name }) => name));
  const prefix = `${schemas[0] ?? ''}.`;
  const passed = new Set(
    passedOver.tables.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)),
  );
  return {
    table: (name) => tables.has(name) || (managed.has(name) && !passed.has(name)),
    enumerated: (name) => enums.has(name) || (managed.has(name) && !passedOver.enums.includes(name)),
    passedOver: (name) => passed.has(name),
  };
}

/** An entity may exclude an index with `synchronize: false`. */
function withoutPassedOver(table: TableModel, { passedOver }: Description): TableModel {
  return { ...table, indexes: table.indexes.filter(({ name }) => !passedOver.indexes.includes(name)) };
}
