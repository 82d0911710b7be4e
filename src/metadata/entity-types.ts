import type { DataSource, EntityMetadata, ValueTransformer } from 'typeorm';
import { CheckMetadata } from 'typeorm/metadata/CheckMetadata.js';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { EntityTypes, IdentityType, InstantType, JsonType } from '../databases/database.js';
import { databaseOf } from '../databases/registry.js';
import { readGeneratedKeys } from './generated-keys.js';
import { quoteIdentifier } from '../sql/quote.js';

/**
 * Gives the dialect-neutral types of entities their meaning in the DataSource's dialect, after TypeORM has built the
 * metadata and before anything uses it. Entities declare only types that both drivers accept, and the decorators
 * store nothing of this, so the metadata of both dialects can exist in one process.
 */
export function applyEntityTypes(dataSource: DataSource): void {
  const types = databaseOf(dataSource).entityTypes;
  const columns = dataSource.entityMetadatas.flatMap(ownColumns);
  // Determined before any of them changes: a key and the columns that refer to it change alike.
  const identities = columns.filter(isIdentity);
  const references = columns.filter(({ referencedColumn }) => isIn(identities, referencedColumn));
  for (const column of identities) applyIdentity(column, types.identity);
  for (const column of references) applyReference(column, types.identity);
  for (const column of columns) applyType(column, types);
  readIdentities(dataSource, identities, types.identity);
}

function ownColumns(metadata: EntityMetadata): readonly ColumnMetadata[] {
  return metadata.tableType === 'view' ? [] : metadata.ownColumns;
}

function isIdentity({ type, isGenerated, generationStrategy }: ColumnMetadata): boolean {
  return isGenerated && generationStrategy === 'increment' && (type === 'bigint' || type === 'int8');
}

function isIn(columns: readonly ColumnMetadata[], column: ColumnMetadata | undefined): boolean {
  return column !== undefined && columns.includes(column);
}

function applyIdentity(column: ColumnMetadata, identity: IdentityType): void {
  applyReference(column, identity);
  // The type of the property leaves out one of the strategies that TypeORM itself puts there.
  Object.assign(column, { generationStrategy: identity.strategy });
  if (identity.strategy === 'identity') column.generatedIdentity = 'BY DEFAULT';
}

function readIdentities(
  dataSource: DataSource,
  identities: readonly ColumnMetadata[],
  { transformer }: IdentityType,
): void {
  if (!transformer) return;
  const read = (value: unknown) => transformer.from(value) as unknown;
  readGeneratedKeys(dataSource, new Map(identities.map((column) => [column, read])));
}

function applyReference(column: ColumnMetadata, { type, transformer }: IdentityType): void {
  column.type = type;
  if (transformer) addTransformer(column, transformer);
}

function applyType(column: ColumnMetadata, { instant, json }: EntityTypes): void {
  if (column.type === Date) applyInstant(column, instant);
  if (column.type === 'simple-json') applyJson(column, json);
}

function applyInstant(column: ColumnMetadata, instant: InstantType): void {
  column.type = instant.type;
  if (instant.precision === undefined) delete column.precision;
  else column.precision = instant.precision;
  if (column.isCreateDate || column.isUpdateDate) column.default = () => instant.now;
}

function applyJson(column: ColumnMetadata, { type, transformer, check }: JsonType): void {
  column.type = type;
  addTransformer(column, transformer);
  if (check) addCheck(column, check);
}

/** The entity's own transformer runs first on the way to the database, and last on the way back. */
function addTransformer(column: ColumnMetadata, transformer: ValueTransformer): void {
  const own = column.transformer === undefined ? [] : [column.transformer].flat();
  column.transformer = [...own, transformer];
}

function addCheck(column: ColumnMetadata, check: (column: string) => string): void {
  const { entityMetadata, databaseName } = column;
  const { connection, tableName } = entityMetadata;
  const args = {
    target: entityMetadata.target,
    name: `ck_${tableName}_${databaseName}_json`,
    // TypeORM's own escaping leaves a quote in a name as it is.
    expression: check(quoteIdentifier(databaseName)),
  };
  const made = new CheckMetadata({ entityMetadata, args });
  entityMetadata.checks = [...entityMetadata.checks, made.build(connection.namingStrategy)];
}
