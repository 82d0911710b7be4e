/**
 * Moves rows out of partitions into others, while applications read and write: out of the default partition into those of
 * their periods, out of the first one into several, or out of all into one.
 *
 * The rows are copied in batches into a table that is not attached, and stay where they are meanwhile. A trigger notes
 * the keys of rows that others change. The last transaction copies what was noted, attaches the new partitions and
 * drops the former ones: before it nothing has changed for queries, and after it all is done. A process that is killed
 * leaves what `clearMove` removes.
 */

import { EQ } from '../../../sql/postgres-operators.js';
import { postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { LiveTable, MoveRun, NamedPath, PartitionMove, PartitionWork } from '../../partitioning.js';
import { readRows } from '../read-rows.js';
import { begin, clearMove, copy, copyNoted, finish, PAGES, type Moving, type Shape } from './move-works.js';
import { moveNames } from './names.js';
import { partitionPath } from './statements.js';

/** So many noted keys are left to the last transaction, during which others wait. */
const FEW = 200;

/** How often what was noted is copied before that. */
const ROUNDS = 20;

/** See `Partitioning.move`. */
export async function moveRows(table: LiveTable, move: PartitionMove, run: MoveRun): Promise<number> {
  const moving = { table, move, shape: await readShape(run.session, table) };
  await run.work(begin(moving));
  try {
    for (const { path } of move.from) await copyAll(moving, path, run);
    await copyAllNoted(moving, run);
    run.assertGoing();
    await run.work(finish(moving));
  } catch (error) {
    await run.work(clearMove(table)).catch(() => undefined);
    throw error;
  }
  return countMoved(run.session, table, move);
}

async function copyAll(moving: Moving, from: string, run: MoveRun): Promise<void> {
  const pages = await pagesOf(run.session, from);
  for (let page = 0; page < pages; page += PAGES) {
    run.assertGoing();
    await run.copy(copy(moving, from, page));
  }
}

async function copyAllNoted(moving: Moving, run: MoveRun): Promise<void> {
  for (let round = 0; round < ROUNDS && (await countNoted(run.session, moving.table)) > FEW; round += 1) {
    run.assertGoing();
    await run.copy(copyNoted(moving));
  }
}

/** See `Partitioning.planMove`: who sends the statements by hand copies a partition in one. */
export async function planMove(
  session: MoveRun['session'],
  table: LiveTable,
  move: PartitionMove,
): Promise<readonly PartitionWork[]> {
  const moving = { table, move, shape: await readShape(session, table) };
  return [begin(moving), ...move.from.map(({ path }) => copy(moving, path)), finish(moving)];
}

async function readShape(session: MoveRun['session'], { path }: LiveTable): Promise<Shape> {
  const oid = `${postgresLiteral(path)}::pg_catalog.regclass`;
  const list = (select: string) => `pg_catalog.array_to_json(ARRAY(${select}))::pg_catalog.text`;
  const keys = `SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_index i CROSS JOIN pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} i.indrelid AND a.attnum ${EQ} k.number WHERE i.indrelid ${EQ} ${oid} AND i.indisprimary AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts ORDER BY k.place`;
  const columns = `SELECT attname::pg_catalog.text FROM pg_catalog.pg_attribute WHERE attrelid ${EQ} ${oid} AND attnum OPERATOR(pg_catalog.>) 0 AND NOT attisdropped AND attgenerated ${EQ} '' ORDER BY attnum`;
  const foreign = `SELECT pg_catalog.concat('CONSTRAINT ', pg_catalog.quote_ident(conname), ' ', pg_catalog.pg_get_constraintdef(oid)) FROM pg_catalog.pg_constraint WHERE conrelid ${EQ} ${oid} AND contype ${EQ} 'f' AND conparentid ${EQ} 0 ORDER BY conname`;
  const [row = {}] = await readRows(
    session,
    `SELECT ${list(keys)} AS "keys", ${list(columns)} AS "columns", ${list(foreign)} AS "foreign"`,
  );
  const namesIn = (name: string) => JSON.parse(String(row[name])) as readonly string[];
  return {
    keys: namesIn('keys').map(quoteIdentifier),
    columns: namesIn('columns').map(quoteIdentifier),
    foreignKeys: namesIn('foreign'),
  };
}

/** Later pages have rows of later transactions alone, which are noted. */
async function pagesOf(session: MoveRun['session'], path: NamedPath['path']): Promise<number> {
  const [row = {}] = await readRows(
    session,
    `SELECT pg_catalog.pg_relation_size(${postgresLiteral(path)}::pg_catalog.regclass) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::pg_catalog.int8 AS "pages"`,
  );
  return Number(row['pages']);
}

async function countNoted(session: MoveRun['session'], table: LiveTable): Promise<number> {
  const [row = {}] = await readRows(
    session,
    `SELECT pg_catalog.count(*) AS "count" FROM (SELECT FROM ${moveNames(table).log} LIMIT ${FEW + 1}) AS noted`,
  );
  return Number(row['count']);
}

async function countMoved(
  session: MoveRun['session'],
  table: LiveTable,
  { into }: PartitionMove,
): Promise<number> {
  const counts = into.map(({ name }) => `(SELECT pg_catalog.count(*) FROM ${partitionPath(table, name)})`);
  const [row = {}] = await readRows(
    session,
    `SELECT (${counts.join(' OPERATOR(pg_catalog.+) ')}) AS "count"`,
  );
  return Number(row['count']);
}
