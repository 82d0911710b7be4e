/** What belongs to tables that are dropped: `down` creates it again with its table. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { Change } from '../../../schema/change.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { parseCreateTable } from '../../../sql/sqlite-create.js';
import { statement } from '../../../sql/statement.js';
import type { AttachedObject, LostDependent, PlanReading, StatementGroup } from '../../planning.js';
import { compileTriggers } from '../probes.js';
import { mentions } from '../mentions.js';

interface Row {
  readonly type: 'table' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** The kind of the text of a table that the model cannot hold. */
const TEXT = 'text of table';

/** Reads the triggers of tables that are dropped, the texts of such tables, and the triggers that need them. */
export async function readDropped(
  dataSource: DataSource,
  changes: readonly Change[],
): Promise<readonly AttachedObject[]> {
  const gone = changes.filter(({ kind }) => kind === 'drop-table').map(({ table }) => table);
  if (gone.length === 0) return [];
  const runner = dataSource.createQueryRunner();
  try {
    const rows = (await runner.query(
      `SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema WHERE type IN ('table', 'trigger') AND sql IS NOT NULL ORDER BY type, rowid`,
    )) as readonly Row[];
    const own = rows.filter(
      ({ table, type, sql }) => gone.includes(table) && (type === 'trigger' || isBeyond(sql)),
    );
    const others = rows.filter(({ table, type }) => type === 'trigger' && !gone.includes(table));
    return [
      ...own.map((row) => attachedOf(row, row.type === 'table' ? TEXT : 'trigger')),
      ...(await brokenWithout(runner, others, gone)),
    ];
  } finally {
    await runner.release();
  }
}

function isBeyond(sql: string): boolean {
  const { beyond, conflicts } = parseCreateTable(sql);
  return beyond.length + conflicts.length > 0;
}

function attachedOf({ name, table, sql }: Row, kind: string): AttachedObject {
  return {
    ...{ kind, name, table, columns: [], types: [], tables: [], keepsWithType: false, goesWithColumn: false },
    ...{ drop: [], create: [sql], refused: null },
  };
}

/** The triggers of other tables that SQLite cannot compile without the tables. Nothing of the trial stays. */
async function brokenWithout(
  runner: QueryRunner,
  others: readonly Row[],
  gone: readonly string[],
): Promise<readonly AttachedObject[]> {
  const suspects = others.flatMap((row) => {
    const needed = gone.filter((table) => mentions(row.sql, table));
    return needed.length === 0 ? [] : [{ ...attachedOf(row, 'trigger'), create: [], tables: needed }];
  });
  const broken: AttachedObject[] = [];
  for (const one of suspects) if (await isBrokenWithout(runner, one, others)) broken.push(one);
  return broken;
}

async function isBrokenWithout(
  runner: QueryRunner,
  { name, table, tables }: AttachedObject,
  others: readonly Row[],
): Promise<boolean> {
  const query = (sql: string): Promise<unknown> => runner.query(sql);
  await runner.startTransaction();
  try {
    await query('PRAGMA defer_foreign_keys = ON');
    for (const other of others)
      if (other.name !== name) await query(`DROP TRIGGER ${quoteIdentifier(other.name)}`);
    const view = await query(
      `SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = ${quoteLiteral(table)}`,
    );
    if ((view as readonly unknown[]).length > 0) return false;
    await compileTriggers(query, table);
    for (const one of tables) await query(`DROP TABLE ${quoteIdentifier(one)}`);
    return await compileTriggers(query, table).then(
      () => false,
      () => true,
    );
  } catch {
    // One that was broken before is not broken by the change.
    return false;
  } finally {
    await runner.rollbackTransaction();
  }
}

/** The texts of dropped tables that the model cannot hold, by name. */
export function textsOfDropped({ facts }: PlanReading): ReadonlyMap<string, string> {
  return new Map(
    facts.attached.filter(({ kind }) => kind === TEXT).map(({ name, create }) => [name, create[0] ?? '']),
  );
}

/** Creates the triggers of dropped tables again. */
export function triggersAgain({ facts }: PlanReading): readonly StatementGroup[] {
  return facts.attached
    .filter(({ kind, create }) => kind === 'trigger' && create.length > 0)
    .map(({ name, create }) => ({
      reason: `trigger ${name}: goes with its table`,
      statements: create.map((sql) => statement(sql)),
    }));
}

/** The triggers that need tables which are dropped, and what uses dropped columns. */
export function usersLost({ facts }: PlanReading): readonly LostDependent[] {
  return facts.attached
    .filter(({ create }) => create.length === 0)
    .map((object) => {
      const { kind, name, table, tables, columns } = object;
      const [gone, noun] = tables.length > 0 ? [tables, 'table'] : [columns, 'column'];
      return {
        object,
        words: `${kind} ${name} of ${table}`,
        change: `${gone.join(' and ')} is dropped`,
        reason: `it ${noun === 'table' ? 'needs' : 'uses'} this ${noun}`,
      };
    });
}
