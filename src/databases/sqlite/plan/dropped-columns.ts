/** What uses columns that are dropped, and is no change of its own: SQLite may take such a name for a text from then on. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { Change } from '../../../schema/change.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import type { FactsAsked } from '../../planner.js';
import type { AttachedObject } from '../../planning.js';

interface Row {
  readonly type: 'index' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

type DroppedColumn = Extract<Change, { readonly kind: 'drop-column' }>;

const ROWS = `SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name`;

/** Nothing else has this name. */
const TRIED = 'orchestrator_db_dropped';

/**
 * Triggers that use a dropped column, and indexes over it that entities exclude. Where such a name is in double quotes,
 * SQLite keeps the object and takes the name for a text: https://www.sqlite.org/quirks.html#dblquote
 */
export async function readUsersOfDropped(
  dataSource: DataSource,
  { changes, from }: Pick<FactsAsked, 'changes' | 'from'>,
): Promise<readonly AttachedObject[]> {
  const dropped = changes.filter((change) => change.kind === 'drop-column');
  if (dropped.length === 0) return [];
  const known = from.tables.flatMap(({ indexes, uniques }) =>
    [...indexes, ...uniques].map(({ name }) => name),
  );
  const runner = dataSource.createQueryRunner();
  try {
    const found: AttachedObject[] = [];
    for (const change of dropped)
      for (const row of await usersOf(runner, change))
        if (row.type === 'trigger' || !known.includes(row.name)) found.push(attachedOf(row, change));
    return found;
  } finally {
    await runner.release();
  }
}

/**
 * Those whose text SQLite changes with the name of the column. What it takes for a text already, it puts in other
 * quotes. Nothing of the trial stays.
 */
async function usersOf(runner: QueryRunner, { table, object }: DroppedColumn): Promise<readonly Row[]> {
  const [path, column, tried] = [table, object, TRIED].map(quoteIdentifier);
  await runner.startTransaction();
  try {
    await runner.query(`ALTER TABLE ${path} RENAME COLUMN ${column} TO ${tried}`);
    return ((await runner.query(ROWS)) as readonly Row[]).filter(({ sql }) => sql.includes(TRIED));
  } catch {
    // What SQLite cannot rename because something else is broken, the verification finds.
    return [];
  } finally {
    await runner.rollbackTransaction();
  }
}

function attachedOf({ type, name, table }: Row, change: DroppedColumn): AttachedObject {
  return {
    ...{ kind: type, name, table, columns: [`${change.table}.${change.object}`], types: [], tables: [] },
    ...{ keepsWithType: false, goesWithColumn: false, drop: [], create: [], refused: null },
  };
}
