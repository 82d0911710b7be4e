/** Indexes, keys and foreign keys of a partitioned table that exists, whose rows are in its partitions. */

import type { ForeignKeyModel, IndexModel, KeyModel } from '../../../schema/model.js';
import { allowing, alterTable, lockTable, statement, type Statement } from '../../../sql/statement.js';
import type { PostgresContext } from './context.js';
import {
  indexEachPartition,
  keyEachPartition,
  keyOffEachPartition,
  type PartedIndex,
} from './each-partition.js';
import { addKeyTo, hasOtherParent, locksToDropForeignKey } from './foreign-key.js';
import { keyIndex } from './key-index.js';
import type { Operation } from './operation.js';
import { nameOf, plainNameOf, type OfTable } from './part-of-table.js';
import { deferrable, key } from './sql.js';

/** Whether a table is partitioned before the change, so that it may have partitions with rows. */
export function isParted({ from }: Pick<PostgresContext, 'from'>, table: string): boolean {
  return from.tables.find(({ name }) => name === table)?.partition !== undefined;
}

/** An index: on the table alone, which reads no row, and then on each partition beside other sessions. */
export function addPartedIndex(
  { names }: PostgresContext,
  { table, model, reason }: OfTable<IndexModel>,
): readonly Operation[] {
  const path = names.indexPath(table, model.name);
  const up = statement(names.createIndex(table, model, { concurrently: false, only: true }), {
    locks: [{ table: names.path(table), mode: 'SHARE ROW EXCLUSIVE' }],
  });
  const down = allowing(
    'drop-index-blocking',
    'PostgreSQL cannot drop the index of a partitioned table concurrently',
    statement(`DROP INDEX ${path}`, { locks: [{ table: names.path(table), mode: 'ACCESS EXCLUSIVE' }] }),
  );
  const { unique } = model;
  const definition = names.indexDefinition(table, model);
  const index = { table: names.path(table), name: model.name, path, unique, definition };
  return onTableThenParts({ index, up, down, reason });
}

/** A unique constraint, in the same way. */
export function addPartedUnique(
  { names }: PostgresContext,
  { table, model, reason }: OfTable<KeyModel>,
): readonly Operation[] {
  const [path, name, text] = [names.path(table), nameOf('unique', model), key('UNIQUE', model)];
  const index = keyIndex(model);
  return onTableThenParts({
    index: {
      ...{ table: path, name: index.name, path: names.indexPath(table, index.name), unique: true },
      definition: names.indexDefinition(table, index),
      constraint: { text, deferrable: deferrable(model.deferrable) },
    },
    up: alterTable(`ONLY ${path}`, `ADD CONSTRAINT ${name} ${text}`, {
      locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }],
    }),
    down: alterTable(path, `DROP CONSTRAINT ${name}`),
    reason,
  });
}

/** What is added to the table alone, and its index. */
interface OnTable {
  readonly index: PartedIndex;
  readonly up: Statement;
  readonly down: Statement;
  readonly reason: string;
}

/** On the way back the index of the table takes those of the partitions with it. */
function onTableThenParts({ index, up, down, reason }: OnTable): readonly Operation[] {
  return [
    {
      ...{ phase: 'build', step: 'attach', alone: false, up: [up], down: [down] },
      reason: `${reason}, on the partitioned table alone`,
    },
    {
      ...{ phase: 'finish', step: 'attach', alone: true, up: [indexEachPartition(index)], down: [] },
      reason: `${reason}, on each partition without blocking writes`,
      subject: index.name,
    },
  ];
}

/**
 * A foreign key where PostgreSQL refuses NOT VALID for a partitioned table: on each partition first, and then on the
 * table, which takes over the keys of the partitions without a look at their rows.
 */
export function addPartedForeignKey(
  context: PostgresContext,
  { table, model, reason }: OfTable<ForeignKeyModel>,
): readonly Operation[] {
  const { names } = context;
  const [path, name, text] = [names.path(table), nameOf('foreign-key', model), names.foreignKey(model)];
  const plainName = plainNameOf('foreign-key', model);
  const of = { table: path, name: plainName, text };
  const [adding, finishing] = context.isKeyUnchanged(model)
    ? (['validate', 'finish'] as const)
    : (['refer', 'confirm'] as const);
  const add = addKeyTo(context, [table, model.table], `ADD CONSTRAINT ${name} ${text}`);
  const locks = hasOtherParent(context, table, model)
    ? [lockTable(names.path(model.table), 'SHARE ROW EXCLUSIVE')]
    : [];
  return [
    {
      ...{ phase: adding, step: 'attach', alone: true, subject: plainName },
      ...{ up: [keyEachPartition(of)], down: [keyOffEachPartition(of)] },
      reason: `${reason}, on each partition; existing rows are checked without blocking queries`,
    },
    {
      ...{ phase: finishing, step: 'attach', alone: false, reason },
      up: [...locks, allowing('add-foreign-key-validated', TAKEN_OVER, add)],
      down: [...locksToDropForeignKey(context, table, model), alterTable(path, `DROP CONSTRAINT ${name}`)],
    },
  ];
}

const TAKEN_OVER = 'each partition has the key, so PostgreSQL reads no row';
