/** Refuses entities whose places in the database are one place, or are not in the database that is migrated. */

import type { DataSource, EntityMetadata, Table } from 'typeorm';
import type { ColumnRules } from '../databases/column-rules.js';
import { EntityFileError, EntityNamesError, SAME_LETTERS } from '../errors/entities.js';
import type { Context } from './context.js';

/** An entity, and the table that TypeORM would create for it. */
export interface EntityTable {
  readonly metadata: EntityMetadata;
  readonly table: Table;
}

/** @throws EntityFileError for the first entity that is in an attached file */
export function assertInMainFile({ options }: DataSource, entities: readonly EntityMetadata[]): void {
  const other = entities.find(({ database }) => database !== undefined && database !== options.database);
  if (other) throw new EntityFileError(other.name, other.database ?? '', other.tableType === 'junction');
}

/**
 * TypeORM would read and write the one as if it were the other, or cannot create it.
 *
 * @throws EntityNamesError for the first tables, or columns of a table, whose names differ in the entities alone
 */
export function assertNamesDiffer({ rules }: Context, tables: readonly EntityTable[]): void {
  const paths = tables.map(({ metadata: { schema = '', tableName } }) => [schema, tableName] as const);
  const stored = (path: readonly string[]) =>
    (rules.schemas ? path : path.slice(-1)).filter(Boolean).map(rules.canonicalizeName).join('.');
  const shown = (path: readonly string[]) => path.filter(Boolean).join('.');
  assertDiffer(
    rules,
    'tables',
    paths.map((path) => [shown(path), stored(path)]),
  );
  for (const { metadata, table } of tables) {
    const names = table.columns.map(({ name }) => [name, rules.canonicalizeName(name)] as const);
    assertDiffer(rules, `columns of ${metadata.tableName}`, names);
  }
}

/** @param names each as the entities have it, and as the database stores it */
function assertDiffer(
  { nameKey, sameNames }: ColumnRules,
  what: string,
  names: readonly (readonly [string, string])[],
): void {
  const seen = new Map<string, readonly [string, string]>();
  for (const [name, stored] of names) {
    const [first, former] = seen.get(nameKey(stored)) ?? [name, stored];
    const remedy = former === stored ? sameNames : SAME_LETTERS;
    if (first !== name) throw new EntityNamesError(what, { first, second: name, stored }, remedy);
    seen.set(nameKey(stored), [name, stored]);
  }
}
