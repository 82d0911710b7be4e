import type { DataSource } from 'typeorm';
import { dialectOf, type Dialect, type DialectName } from '../dialect/dialect.js';
import { pendingRevisions } from '../migrator/migrator.js';
import type { Change } from '../schema/change.js';
import { describe, type Description } from '../schema/describe/describe.js';
import { diff } from '../schema/diff.js';
import type { LiveSchema } from '../schema/introspect/live.js';
import { compareText, type SchemaModel, type Uncomparable, type UnmanagedObject } from '../schema/model.js';
import { normalise } from '../schema/normalise.js';
import { connectedHarmlessly } from './harmless.js';
import { separateUncomparable } from './uncomparable.js';

/** Whether a database is what the entities say. */
export interface DriftReport {
  readonly status: 'in-sync' | 'drifted';
  readonly dialect: DialectName;
  readonly changes: readonly Change[];
  /** What could not be compared; then nobody knows whether there is drift in it. */
  readonly uncomparable: readonly Uncomparable[];
  /** What entities cannot say; drift only when the check is strict. */
  readonly unmanaged: readonly UnmanagedObject[];
  /** Revisions that are in the code only. */
  readonly pending: readonly string[];
  /** How many tables were compared. */
  readonly tables: number;
}

/** How to check. */
export interface DriftOptions {
  /** Whether an unmanaged object is drift; default false. */
  readonly strict?: boolean;
  /** Unmanaged objects to pass over, by name; `*` stands for any text. */
  readonly ignore?: readonly string[];
}

/**
 * Compares the entities of a DataSource, any TypeORM DataSource, with its live schema, read from the catalogs. It
 * writes nothing, takes no lock on a table, and needs no right on one. A DataSource that is not connected is connected
 * for it, without synchronizing, dropping or migrating whatever its options say, and closed again.
 *
 * @throws DialectUnsupportedError, ConnectError, or what the driver throws when a catalog cannot be read
 */
export async function checkDrift(dataSource: DataSource, options: DriftOptions = {}): Promise<DriftReport> {
  const dialect = dialectOf(dataSource);
  return connectedHarmlessly(dataSource, async () => {
    const comparison = await compare(dataSource, dialect);
    const unmanaged = comparison.unmanaged.filter(({ object }) => !isIgnored(object, options.ignore ?? []));
    const drifted = comparison.changes.length > 0 || (options.strict === true && unmanaged.length > 0);
    return {
      status: drifted ? 'drifted' : 'in-sync',
      ...comparison,
      unmanaged,
      pending: await pendingRevisions(dataSource),
    };
  });
}

type Comparison = Omit<DriftReport, 'status' | 'pending'>;

async function compare(dataSource: DataSource, dialect: Dialect): Promise<Comparison> {
  const description = describe(dataSource, dialect.catalog.columns, dialect.defaultSchema(dataSource));
  const queryRunner = dataSource.createQueryRunner();
  try {
    const readAll = dialect.readAll(queryRunner);
    const found = await dialect.catalog.introspect(readAll, description.schemas);
    const { live, unmanaged } = divide(found, description);
    const sides = await dialect.catalog.spell({ live, desired: description.schema }, readAll);
    const { changes, uncomparable } = separateUncomparable(
      diff(normalise(sides.live), normalise(sides.desired)),
    );
    return {
      dialect: dialect.name,
      changes,
      uncomparable: [...description.uncomparable, ...found.uncomparable, ...uncomparable],
      unmanaged,
      tables: description.schema.tables.length,
    };
  } finally {
    await queryRunner.release();
  }
}

/** What entities say something about, and what is left. */
function divide(
  found: LiveSchema,
  { schema, passedOver }: Description,
): { readonly live: SchemaModel; readonly unmanaged: readonly UnmanagedObject[] } {
  const tables = new Set(schema.tables.map(({ name }) => name));
  const enums = new Set(schema.enums.map(({ name }) => name));
  const isPassedOver = (table: string) =>
    passedOver.tables.includes(table) || passedOver.tables.includes(table.split('.').at(-1) ?? '');
  const extraTables = found.schema.tables.filter(({ name }) => !tables.has(name) && !isPassedOver(name));
  const extraEnums = found.schema.enums.filter(({ name }) => !enums.has(name));
  const extra: readonly UnmanagedObject[] = [
    ...extraTables.map(({ name }) => ({ kind: 'table', object: name }) as const),
    ...extraEnums.map(({ name }) => ({ kind: 'enum', object: name }) as const),
    ...found.unmanaged.filter(({ kind, object }) => concerns(kind, object, tables)),
  ];
  const live = found.schema.tables.filter(({ name }) => tables.has(name));
  return {
    live: {
      ...found.schema,
      tables: live.map((table) => ({
        ...table,
        indexes: table.indexes.filter(({ name }) => !passedOver.indexes.includes(name)),
      })),
      enums: found.schema.enums.filter(({ name }) => enums.has(name)),
    },
    unmanaged: [...extra].sort((a, b) => compareText(`${a.kind} ${a.object}`, `${b.kind} ${b.object}`)),
  };
}

/** A trigger or row security is of interest on a table of the entities only. */
function concerns(kind: UnmanagedObject['kind'], object: string, tables: ReadonlySet<string>): boolean {
  if (kind === 'row-security') return tables.has(object);
  return kind !== 'trigger' || tables.has(object.slice(0, object.lastIndexOf('.')));
}

function isIgnored(object: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`).test(object),
  );
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
