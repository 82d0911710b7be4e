/**
 * Moves rows out of a default partition into partitions of their own, while others read and write.
 *
 * The rows are copied in batches into a table that is not attached, and stay in the default partition meanwhile. A
 * trigger notes the keys of rows that others change. The last transaction copies what was noted, attaches the
 * partitions and replaces the default one: before it nothing has changed for queries, and after it all is done. A
 * process that is killed leaves what `clearMove` removes.
 */

import { EQ, GE, LT, NE } from '../../../sql/postgres-operators.js';
import { dollarQuote, postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { LiveTable, NewPartition, MoveRun, PartitionWork } from '../../partitioning.js';
import { readRows } from '../read-rows.js';
import { MARK, moveNames } from './names.js';
import { boundsSql, isIn, keyColumn, LIKE, partitionPath } from './statements.js';

/** How many pages of the default partition one statement copies: about as many rows as a batch of a backfill. */
const PAGES = 64;

/** So many noted keys are left to the last transaction, during which others wait. */
const FEW = 200;

/** How often what was noted is copied before that. */
const ROUNDS = 20;

/** What a table consists of, for copying its rows. */
interface Shape {
  /** Columns of the primary key, as SQL. */
  readonly keys: readonly string[];
  /** Columns that can be written, as SQL. */
  readonly columns: readonly string[];
  /** Its foreign keys, as SQL. */
  readonly foreignKeys: readonly string[];
  readonly pages: number;
}

/** See `Partitioning.move`. */
export async function moveRest(
  table: LiveTable,
  partitions: readonly NewPartition[],
  run: MoveRun,
): Promise<number> {
  const { rest } = table;
  if (!rest || partitions.length === 0) return 0;
  const shape = await readShape(run.session, table, rest.path);
  await run.work(begin(table, partitions, shape));
  try {
    await copyAll(table, shape, run);
    run.assertGoing();
    await run.work(finish(table, partitions, shape));
  } catch (error) {
    await run.work(clearMove(table)).catch(() => undefined);
    throw error;
  }
  return countMoved(run.session, table, partitions);
}

async function copyAll(table: LiveTable, shape: Shape, run: MoveRun): Promise<void> {
  for (let page = 0; page < shape.pages; page += PAGES) {
    run.assertGoing();
    await run.copy(copy(table, shape, page));
  }
  for (let round = 0; round < ROUNDS && (await countNoted(run.session, table)) > FEW; round += 1) {
    run.assertGoing();
    await run.copy(copyNoted(table, shape));
  }
}

/** See `Partitioning.planMove`: who sends the statements by hand copies all in one. */
export async function planMove(
  session: MoveRun['session'],
  table: LiveTable,
  partitions: readonly NewPartition[],
): Promise<readonly PartitionWork[]> {
  const { rest } = table;
  if (!rest || partitions.length === 0) return [];
  const shape = await readShape(session, table, rest.path);
  return [begin(table, partitions, shape), copy(table, shape), finish(table, partitions, shape)];
}

/** See `Partitioning.clearMove`. */
export function clearMove(table: LiveTable): PartitionWork {
  const { staging, log, trigger, all, noting } = moveNames(table);
  const from = table.rest?.path;
  const triggers =
    from === undefined ? [] : [trigger, all].map((one) => `DROP TRIGGER IF EXISTS ${one} ON ${from}`);
  return {
    transaction: true,
    statements: [
      ...triggers,
      `DROP FUNCTION IF EXISTS ${noting}()`,
      `DROP TABLE IF EXISTS ${log}`,
      `DROP TABLE ${staging}`,
    ],
  };
}

async function readShape(session: MoveRun['session'], { path }: LiveTable, rest: string): Promise<Shape> {
  const oid = `${postgresLiteral(path)}::pg_catalog.regclass`;
  const list = (select: string) => `pg_catalog.array_to_json(ARRAY(${select}))::pg_catalog.text`;
  const keys = `SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_index i CROSS JOIN pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} i.indrelid AND a.attnum ${EQ} k.number WHERE i.indrelid ${EQ} ${oid} AND i.indisprimary AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts ORDER BY k.place`;
  const columns = `SELECT attname::pg_catalog.text FROM pg_catalog.pg_attribute WHERE attrelid ${EQ} ${oid} AND attnum OPERATOR(pg_catalog.>) 0 AND NOT attisdropped AND attgenerated ${EQ} '' ORDER BY attnum`;
  const foreign = `SELECT pg_catalog.concat('CONSTRAINT ', pg_catalog.quote_ident(conname), ' ', pg_catalog.pg_get_constraintdef(oid)) FROM pg_catalog.pg_constraint WHERE conrelid ${EQ} ${oid} AND contype ${EQ} 'f' AND conparentid ${EQ} 0 ORDER BY conname`;
  const pages = `pg_catalog.pg_relation_size(${postgresLiteral(rest)}::pg_catalog.regclass) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::pg_catalog.int8`;
  const [row = {}] = await readRows(
    session,
    `SELECT ${list(keys)} AS "keys", ${list(columns)} AS "columns", ${list(foreign)} AS "foreign", ${pages} AS "pages"`,
  );
  const namesIn = (name: string) => JSON.parse(String(row[name])) as readonly string[];
  return {
    keys: namesIn('keys').map(quoteIdentifier),
    columns: namesIn('columns').map(quoteIdentifier),
    foreignKeys: namesIn('foreign'),
    pages: Number(row['pages']),
  };
}

/** The partitions are those of the staging table at first, so that the server distributes what is copied. */
function begin(
  table: LiveTable,
  partitions: readonly NewPartition[],
  { keys, foreignKeys }: Shape,
): PartitionWork {
  const { staging, rest, log, trigger, all, noting } = moveNames(table);
  const from = table.rest?.path ?? '';
  const list = keys.join(', ');
  const column = keyColumn(table);
  return {
    transaction: true,
    statements: [
      `CREATE TABLE ${staging} (LIKE ${table.path} ${LIKE} INCLUDING INDEXES) PARTITION BY RANGE (${column})`,
      `COMMENT ON TABLE ${staging} IS ${postgresLiteral(MARK)}`,
      ...foreignKeys.map((key) => `ALTER TABLE ${staging} ADD ${key}`),
      ...partitions.flatMap((partition) => {
        const path = partitionPath(table, partition.name);
        return [
          `CREATE TABLE ${path} PARTITION OF ${staging} ${boundsSql(partition)}${table.placed}`,
          `ALTER TABLE ${path} ADD CONSTRAINT ${WITHIN} CHECK (${isIn(partition, column)})`,
        ];
      }),
      `CREATE TABLE ${rest} PARTITION OF ${staging} DEFAULT${table.placed}`,
      `CREATE TABLE ${log} AS SELECT ${list} FROM ${table.path} WITH NO DATA`,
      notingFunction({ noting, log, from }, keys),
      `CREATE TRIGGER ${trigger} AFTER INSERT OR UPDATE OR DELETE ON ${from} FOR EACH ROW EXECUTE FUNCTION ${noting}()`,
      `CREATE TRIGGER ${all} BEFORE TRUNCATE ON ${from} FOR EACH STATEMENT EXECUTE FUNCTION ${noting}()`,
      `ALTER TABLE ${from} ENABLE ALWAYS TRIGGER ${trigger}, ENABLE ALWAYS TRIGGER ${all}`,
    ],
  };
}

/** The proof of a bound, with which the server does not read the rows when a partition is attached. */
const WITHIN = quoteIdentifier('within_bounds');

/** It runs with the rights of who moves: others may have none on the log. */
function notingFunction(
  { noting, log, from }: { readonly noting: string; readonly log: string; readonly from: string },
  keys: readonly string[],
): string {
  const insert = (row: 'OLD' | 'NEW') =>
    `INSERT INTO ${log} VALUES (${keys.map((key) => `${row}.${key}`).join(', ')});`;
  const body = [
    'BEGIN',
    `  IF TG_OP ${EQ} 'TRUNCATE' THEN INSERT INTO ${log} SELECT ${keys.join(', ')} FROM ONLY ${from}; RETURN NULL; END IF;`,
    `  IF TG_OP ${NE} 'INSERT' THEN ${insert('OLD')} END IF;`,
    `  IF TG_OP ${NE} 'DELETE' THEN ${insert('NEW')} END IF;`,
    '  RETURN NULL;',
    'END',
  ].join('\n');
  const tag = dollarQuote('noting', body);
  return `CREATE FUNCTION ${noting}() RETURNS pg_catalog.trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ${tag}\n${body}\n${tag}`;
}

/** Rows that were changed meanwhile may be there twice, or not at all: they are noted. */
function copy(table: LiveTable, { columns }: Shape, page?: number): PartitionWork {
  const list = columns.join(', ');
  const tid = (at: number) => `'(${at},0)'::pg_catalog.tid`;
  const pages =
    page === undefined ? '' : ` WHERE ctid ${GE} ${tid(page)} AND ctid ${LT} ${tid(page + PAGES)}`;
  return {
    transaction: true,
    statements: [
      `INSERT INTO ${moveNames(table).staging} (${list}) SELECT ${list} FROM ONLY ${table.rest?.path ?? ''}${pages} ON CONFLICT DO NOTHING`,
    ],
  };
}

/** All of it by one snapshot, so that a row is as it was when its key was noted last. */
function copyNoted(table: LiveTable, shape: Shape): PartitionWork {
  return {
    transaction: true,
    statements: ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', ...noted(table, shape)],
  };
}

function noted(table: LiveTable, { keys, columns }: Shape): readonly string[] {
  const { staging, log } = moveNames(table);
  const list = columns.join(', ');
  const key = `(${keys.join(', ')})`;
  const keysNoted = `${key} IN (SELECT ${keys.join(', ')} FROM ${log})`;
  return [
    `DELETE FROM ${staging} WHERE ${keysNoted}`,
    `INSERT INTO ${staging} (${list}) SELECT ${list} FROM ONLY ${table.rest?.path ?? ''} WHERE ${keysNoted}`,
    `DELETE FROM ${log}`,
  ];
}

/**
 * Who waits for the lock on the table finds the new partitions then. The former default partition has no row by then
 * that the new ones have not.
 */
function finish(table: LiveTable, partitions: readonly NewPartition[], shape: Shape): PartitionWork {
  const { staging, rest, log, noting } = moveNames(table);
  const from = table.rest?.path ?? '';
  const own = partitions.map((partition) => ({ partition, path: partitionPath(table, partition.name) }));
  return {
    transaction: true,
    statements: [
      `LOCK TABLE ONLY ${table.path} IN ACCESS EXCLUSIVE MODE`,
      `LOCK TABLE ONLY ${from} IN ACCESS EXCLUSIVE MODE`,
      ...noted(table, shape),
      `ALTER TABLE ${table.path} DETACH PARTITION ${from}`,
      ...[...own.map(({ path }) => path), rest].map(
        (path) => `ALTER TABLE ${staging} DETACH PARTITION ${path}`,
      ),
      ...own.flatMap(({ partition, path }) => [
        `ALTER TABLE ${table.path} ATTACH PARTITION ${path} ${boundsSql(partition)}`,
        `ALTER TABLE ${path} DROP CONSTRAINT ${WITHIN}`,
      ]),
      `ALTER TABLE ${table.path} ATTACH PARTITION ${rest} DEFAULT`,
      `DROP TABLE ${from}`,
      `ALTER TABLE ${rest} RENAME TO ${quoteIdentifier(table.rest?.name ?? '')}`,
      `DROP FUNCTION ${noting}()`,
      `DROP TABLE ${log}`,
      `DROP TABLE ${staging}`,
    ],
  };
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
  partitions: readonly NewPartition[],
): Promise<number> {
  const counts = partitions.map(
    ({ name }) => `(SELECT pg_catalog.count(*) FROM ${partitionPath(table, name)})`,
  );
  const [row = {}] = await readRows(
    session,
    `SELECT (${counts.join(' OPERATOR(pg_catalog.+) ')}) AS "count"`,
  );
  return Number(row['count']);
}
