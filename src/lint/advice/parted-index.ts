import { quotePath } from '../../sql/quote.js';
import type { ActionOf } from '../sql/action.js';
import { schemaOf, unqualified } from '../../databases/postgres/parse/names.js';
import { indexSteps, type Parted } from './parted.js';
import { script, withException } from './replacements.js';

/** The name that is written, or the one that PostgreSQL gives. */
export function indexNameOf({ table, name, index }: ActionOf<'create-index'>): string {
  return unqualified(name) === '' ? schemaOf(table) + index.name : name;
}

const NAME = String.raw`(?:"(?:[^"]|"")*"|[^\s".()]+)`;
const CREATE_INDEX = new RegExp(
  String.raw`^CREATE (UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?:${NAME} )??ON (?:ONLY )?${NAME}(?:\.${NAME})? ?([^]*)$`,
  'i',
);

/**
 * The index of a partitioned table, built where its rows are.
 *
 * @param sql the statement that builds it, in one line
 */
export function partedIndex(parted: Parted, sql: string): string | null {
  const [all, unique = '', definition = ''] = CREATE_INDEX.exec(sql) ?? [];
  if (all === undefined) return null;
  const create = `CREATE ${unique.toUpperCase()}INDEX`;
  const onParent = (table: string, name: string) =>
    `${create} IF NOT EXISTS ${quotePath(unqualified(name))} ON ONLY ${quotePath(table)} ${definition}`;
  const onLeaf = (table: string, name: string) =>
    `${create} CONCURRENTLY IF NOT EXISTS ${quotePath(unqualified(name))} ON ${quotePath(table)} ${definition}`;
  return script(...indexSteps(parted, { onParent, onLeaf, beforeAttach: () => [] }));
}

/** PostgreSQL drops the index of a partitioned table in no other way, and with it those of the partitions. */
export function partedIndexDrop(name: string): string {
  const reason =
    'PostgreSQL cannot drop the index of a partitioned table concurrently; no long query runs on <date>';
  return withException('drop-index-blocking', reason, `DROP INDEX ${quotePath(name)}`);
}
