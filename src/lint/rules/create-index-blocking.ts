import { withoutLeadingComments } from '../../sql/text.js';
import { actionRule, BOTH } from '../rule.js';
import { oneLine } from '../sql/clause.js';
import { unqualified } from '../../databases/postgres/parse/names.js';
import { isPartitioned } from '../catalog/parts.js';
import type { ActionOf } from '../sql/action.js';
import { indexSteps, leavesRowsAlone, type Parted } from './parted.js';
import { ALONE, script } from './replacements.js';
import { quotePath } from '../../sql/quote.js';

/** An index that is built while nobody can write to the table. */
export const createIndexBlocking = actionRule({
  id: 'create-index-blocking',
  directions: BOTH,
  on: ['create-index'],
  check: (action, { statement, before, isNew }) => {
    const { table, name: written, concurrently } = action;
    if (concurrently || isNew(table) || leavesRowsAlone(before, action)) return null;
    const name = indexNameOf(action);
    return {
      message: `Building the index ${quotePath(name)} lets nobody write to ${quotePath(table)} until it is done.`,
      replacement: isPartitioned(before, table)
        ? partedIndex({ catalog: before, table, name }, statement.sql)
        : script(ALONE, concurrentForm(statement.sql, name === written ? '' : `${quotePath(name)} `)),
    };
  },
});

/** The name that is written, or one like those of this project. */
export function indexNameOf({ table, name, columns }: ActionOf<'create-index'>): string {
  return unqualified(name) === '' ? ['ix', unqualified(table), ...columns].join('_') : name;
}

const NAME = String.raw`(?:"(?:[^"]|"")*"|[^\s".()]+)`;
const CREATE_INDEX = new RegExp(
  String.raw`^CREATE (UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?:${NAME} )??ON (?:ONLY )?${NAME}(?:\.${NAME})? ?([^]*)$`,
  'i',
);

/** The index of a partitioned table, built where its rows are. */
export function partedIndex(parted: Parted, sql: string): string | null {
  const [all, unique = '', definition = ''] =
    CREATE_INDEX.exec(oneLine(withoutLeadingComments(sql, 'postgres'))) ?? [];
  if (all === undefined) return null;
  const create = `CREATE ${unique.toUpperCase()}INDEX`;
  const onParent = (table: string, name: string) =>
    `${create} IF NOT EXISTS ${quotePath(unqualified(name))} ON ONLY ${quotePath(table)} ${definition}`;
  const onLeaf = (table: string, name: string) =>
    `${create} CONCURRENTLY IF NOT EXISTS ${quotePath(unqualified(name))} ON ${quotePath(table)} ${definition}`;
  return script(...indexSteps(parted, { onParent, onLeaf, beforeAttach: () => [] }));
}

/** IF NOT EXISTS wants a name. */
function concurrentForm(sql: string, missingName: string): string {
  return oneLine(withoutLeadingComments(sql, 'postgres')).replace(
    /^CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?/i,
    (_all, unique: string | undefined) =>
      `CREATE ${unique ?? ''}INDEX CONCURRENTLY IF NOT EXISTS ${missingName}`,
  );
}
