/** The statements of a move of rows into other partitions, transaction by transaction. */

import { EQ, GE, LT, NE } from '../../../sql/postgres-operators.js';
import { dollarQuote, postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { LiveTable, NewPartition, PartitionMove, PartitionWork } from '../../partitioning.js';
import { MARK, moveNames, withEnding } from './names.js';
import { boundsSql, isIn, keyColumn, LIKE, ownedLike, partitionPath } from './statements.js';

/** How many pages of a partition one statement copies: about as many rows as a batch of a backfill. */
export const PAGES = 64;

/** What a table consists of, for copying its rows. */
export interface Shape {
  /** Columns of the primary key, as SQL. */
  readonly keys: readonly string[];
  /** Columns that can be written, as SQL. */
  readonly columns: readonly string[];
  /** Its foreign keys, as SQL. */
  readonly foreignKeys: readonly string[];
}

/** A move with the shape of its table. */
export interface Moving {
  readonly table: LiveTable;
  readonly move: PartitionMove;
  readonly shape: Shape;
}

/** The new partitions are those of the staging table at first, so that the server distributes what is copied. */
export function begin({ table, move, shape: { keys, foreignKeys } }: Moving): PartitionWork {
  const { staging, rest, log, noting } = moveNames(table);
  const column = keyColumn(table);
  return {
    transaction: true,
    statements: [
      `CREATE TABLE ${staging} (LIKE ${table.path} ${LIKE} INCLUDING INDEXES) PARTITION BY RANGE (${column})`,
      `COMMENT ON TABLE ${staging} IS ${postgresLiteral(MARK)}`,
      ...foreignKeys.map((key) => `ALTER TABLE ${staging} ADD ${key}`),
      ...move.into.flatMap((partition) => {
        const path = newPath(table, move, partition);
        return [
          `CREATE TABLE ${path} PARTITION OF ${staging} ${boundsSql(partition)}${table.placed}`,
          `ALTER TABLE ${path} ADD CONSTRAINT ${WITHIN} CHECK (${isIn(partition, column)})`,
        ];
      }),
      ...(hasRest(table, move)
        ? [`CREATE TABLE ${rest} PARTITION OF ${staging} DEFAULT${table.placed}`]
        : []),
      `CREATE TABLE ${log} AS SELECT ${keys.join(', ')} FROM ${table.path} WITH NO DATA`,
      notingFunction({ noting, log }, keys),
      ...move.from.flatMap(({ path }) => notedFrom(table, path)),
    ],
  };
}

/** Whether the default partition is made again. */
function hasRest({ rest }: LiveTable, { from }: PartitionMove): boolean {
  return from.some(({ path }) => path === rest?.path);
}

/** Where a new partition is: under another name as long as a former one has its own. */
function newPath(table: LiveTable, { from }: PartitionMove, { name }: NewPartition): string {
  return partitionPath(table, from.some((one) => one.name === name) ? withEnding(name, '_new') : name);
}

/** The proof of a bound, with which the server does not read the rows when a partition is attached. */
const WITHIN = quoteIdentifier('within_bounds');

/** The triggers of one partition. */
function notedFrom(table: LiveTable, from: string): readonly string[] {
  const { trigger, all, noting } = moveNames(table);
  return [
    `CREATE TRIGGER ${trigger} AFTER INSERT OR UPDATE OR DELETE ON ${from} FOR EACH ROW EXECUTE FUNCTION ${noting}()`,
    `CREATE TRIGGER ${all} BEFORE TRUNCATE ON ${from} FOR EACH STATEMENT EXECUTE FUNCTION ${noting}()`,
    `ALTER TABLE ${from} ENABLE ALWAYS TRIGGER ${trigger}, ENABLE ALWAYS TRIGGER ${all}`,
  ];
}

/** It runs with the rights of who moves: others may have none on the log. */
function notingFunction(
  { noting, log }: { readonly noting: string; readonly log: string },
  keys: readonly string[],
): string {
  const insert = (row: 'OLD' | 'NEW') =>
    `INSERT INTO ${log} VALUES (${keys.map((key) => `${row}.${key}`).join(', ')});`;
  const all = `INSERT INTO ${log} SELECT ${keys.join(', ')} FROM ONLY `.replaceAll('%', '%%');
  const body = [
    'BEGIN',
    `  IF TG_OP ${EQ} 'TRUNCATE' THEN`,
    `    EXECUTE pg_catalog.format(${postgresLiteral(`${all}%s`)}, TG_RELID::pg_catalog.regclass);`,
    '    RETURN NULL;',
    '  END IF;',
    `  IF TG_OP ${NE} 'INSERT' THEN ${insert('OLD')} END IF;`,
    `  IF TG_OP ${NE} 'DELETE' THEN ${insert('NEW')} END IF;`,
    '  RETURN NULL;',
    'END',
  ].join('\n');
  const tag = dollarQuote('noting', body);
  return `CREATE FUNCTION ${noting}() RETURNS pg_catalog.trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ${tag}\n${body}\n${tag}`;
}

/** Rows that were changed meanwhile may be there twice, or not at all: they are noted. */
export function copy({ table, shape: { columns } }: Moving, from: string, page?: number): PartitionWork {
  const list = columns.join(', ');
  const tid = (at: number) => `'(${at},0)'::pg_catalog.tid`;
  const pages =
    page === undefined ? '' : ` WHERE ctid ${GE} ${tid(page)} AND ctid ${LT} ${tid(page + PAGES)}`;
  return {
    transaction: true,
    statements: [
      `INSERT INTO ${moveNames(table).staging} (${list}) SELECT ${list} FROM ONLY ${from}${pages} ON CONFLICT DO NOTHING`,
    ],
  };
}

/** All of it by one snapshot, so that a row is as it was when its key was noted last. */
export function copyNoted(moving: Moving): PartitionWork {
  return {
    transaction: true,
    statements: ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', ...noted(moving)],
  };
}

function noted({ table, move, shape: { keys, columns } }: Moving): readonly string[] {
  const { staging, log } = moveNames(table);
  const list = columns.join(', ');
  const key = `(${keys.join(', ')})`;
  const keysNoted = `${key} IN (SELECT ${keys.join(', ')} FROM ${log})`;
  return [
    `DELETE FROM ${staging} WHERE ${keysNoted}`,
    ...move.from.map(
      ({ path }) => `INSERT INTO ${staging} (${list}) SELECT ${list} FROM ONLY ${path} WHERE ${keysNoted}`,
    ),
    `DELETE FROM ${log}`,
  ];
}

/**
 * Who waits for the lock on the table finds the new partitions then. The former ones have no row by then that the new
 * ones have not.
 */
export function finish(moving: Moving): PartitionWork {
  const { table, move } = moving;
  const { staging, rest, log, noting } = moveNames(table);
  const own = move.into.map((partition) => ({ partition, path: newPath(table, move, partition) }));
  const former = move.from.map(({ path }) => path);
  const isRest = hasRest(table, move);
  const named = (path: string, name: string) => `ALTER TABLE ${path} RENAME TO ${quoteIdentifier(name)}`;
  return {
    transaction: true,
    statements: [
      `LOCK TABLE ONLY ${table.path} IN ACCESS EXCLUSIVE MODE`,
      ...former.map((path) => `LOCK TABLE ONLY ${path} IN ACCESS EXCLUSIVE MODE`),
      ...noted(moving),
      ...former.map((path) => `ALTER TABLE ${table.path} DETACH PARTITION ${path}`),
      ...[...own.map(({ path }) => path), ...(isRest ? [rest] : [])].map(
        (path) => `ALTER TABLE ${staging} DETACH PARTITION ${path}`,
      ),
      ...own.flatMap(({ partition, path }) => [
        `ALTER TABLE ${table.path} ATTACH PARTITION ${path} ${boundsSql(partition)}`,
        `ALTER TABLE ${path} DROP CONSTRAINT ${WITHIN}`,
        ...ownedLike(table, path),
      ]),
      ...(isRest
        ? [`ALTER TABLE ${table.path} ATTACH PARTITION ${rest} DEFAULT`, ...ownedLike(table, rest)]
        : []),
      ...former.map((path) => `DROP TABLE ${path}`),
      ...(isRest ? [named(rest, table.rest?.name ?? '')] : []),
      ...own
        .filter(({ partition, path }) => path !== partitionPath(table, partition.name))
        .map(({ partition, path }) => named(path, partition.name)),
      `DROP FUNCTION ${noting}()`,
      `DROP TABLE ${log}`,
      `DROP TABLE ${staging}`,
    ],
  };
}

/** Removes what a move has left. The triggers are where its partitions were when it began. */
export function clearMove(table: LiveTable): PartitionWork {
  const { staging, log, noting } = moveNames(table);
  return {
    transaction: true,
    statements: [
      `DROP FUNCTION IF EXISTS ${noting}() CASCADE`,
      `DROP TABLE IF EXISTS ${log}`,
      `DROP TABLE ${staging}`,
    ],
  };
}
