import type { EntitySchema } from 'typeorm';
import { migrateDown } from '../../src/migrator/migrate.js';
import type { History } from '../integration/generate/history.js';
import { findings, type Findings } from '../integration/drift/no-false-alarm-database.js';
import type { TestDatabase } from './databases.js';

/** The state of an index of a partitioned table: whether it is valid, and how many indexes belong to it. */
export const treeOf = (index: string): string =>
  `SELECT (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('${index}')) AS valid,
          (SELECT count(*)::integer FROM pg_partition_tree(to_regclass('${index}'))) AS count`;

/** Every index that is not valid, and every index of a partition that belongs to none of the whole table. */
export const LOOSE = `SELECT x.relname AS name FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
   WHERE x.relnamespace = 'public'::regnamespace AND (NOT i.indisvalid OR t.relispartition AND NOT x.relispartition) ORDER BY 1`;

/** Reverts revisions of a history, and checks the database against entities then. */
export function revertedTo(
  history: History,
  { database, length }: { readonly database: Pick<TestDatabase, 'target'>; readonly length: number },
  entities: readonly EntitySchema[],
): Promise<Findings> {
  return history.use(database, entities, async (dataSource) => {
    const target = dataSource.migrations[length - 1]?.constructor.name ?? 'base';
    await migrateDown(dataSource, { target });
    return findings(dataSource);
  });
}
