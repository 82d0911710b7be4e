/**
 * The primary key of a partitioned table that exists. A table has one at most, so a former one goes in the transaction in
 * which the next one comes: its index is built on each partition before that, beside other sessions. Only before version
 * 18: since then, the key of a partition marks NOT NULL as its own, which nothing takes back.
 */

import type { KeyModel } from '../../../schema/model.js';
import { NAME_BYTES } from '../../../sql/identifiers.js';
import { EQ, GT, LE } from '../../../sql/postgres-operators.js';
import { question } from '../../../sql/question.js';
import { dollarQuote, quoteLiteral } from '../../../sql/quote.js';
import {
  allowing,
  alterTable,
  lockTable,
  NEXT_LINE,
  statement,
  type Statement,
} from '../../../sql/statement.js';
import type { PostgresContext } from './context.js';
import { keyIndex } from './key-index.js';
import type { Operation } from './operation.js';
import { nameOf, plainNameOf, type OfTable } from './part-of-table.js';
import { deferrable, key } from './sql.js';

/** A primary key of a partitioned table. */
interface PartedKey {
  /** The table, as SQL. */
  readonly table: string;
  readonly name: string;
  /** What stands behind a partition in CREATE INDEX. */
  readonly definition: string;
  /** Empty for a key that is always checked at once. */
  readonly deferrable: string;
}

/** The index of each partition, and then the key of all of them in one transaction. */
export function addPartedPrimaryKey(
  { names }: PostgresContext,
  { table, model, reason }: OfTable<KeyModel>,
): readonly Operation[] {
  const [path, name] = [names.path(table), plainNameOf('primary-key', model)];
  const own: PartedKey = {
    ...{ table: path, name, definition: names.indexDefinition(table, keyIndex(model)) },
    deferrable: deferrable(model.deferrable),
  };
  const add = alterTable(path, `ADD CONSTRAINT ${nameOf('primary-key', model)} ${key('PRIMARY KEY', model)}`);
  return [
    {
      ...{ phase: 'build', step: 'attach', alone: true, subject: name },
      ...{ up: [buildOnEach(own)], down: [dropOnEach(own)] },
      reason: `${reason}; its index is built on each partition without blocking writes`,
    },
    {
      ...{ phase: 'finish', step: 'attach', alone: false, reason },
      up: [
        lockTable(path, 'ACCESS EXCLUSIVE'),
        keyOnEach(own),
        allowing('add-unique-constraint', TAKEN_OVER, add),
      ],
      down: [
        alterTable(path, `DROP CONSTRAINT ${nameOf('primary-key', model)}`, {
          hazards: ['drop-primary-key'],
        }),
      ],
    },
  ];
}

const TAKEN_OVER = 'each partition has the key, so PostgreSQL builds no index';

/** A partition that has it is left out, and an index that a killed run has left invalid is built again. */
function buildOnEach(own: PartedKey): Statement {
  const create = `CREATE UNIQUE INDEX CONCURRENTLY %I ON %I.%I %s`;
  const query = lines(
    'SELECT s.statement',
    ...leaves(own),
    '  CROSS JOIN LATERAL (VALUES',
    `    (1, CASE WHEN NOT i.indisvalid THEN pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, i.relname) END),`,
    `    (2, CASE WHEN i.indisvalid IS NOT TRUE THEN pg_catalog.format(${quoteLiteral(create)}, coalesce(i.relname, ${nameIf(IS_FREE)}), n.nspname, c.relname, ${quoteLiteral(own.definition)}) END))`,
    `  AS s(step, statement) WHERE ${IS_LEAF} AND s.statement IS NOT NULL ORDER BY n.nspname, c.relname, s.step`,
  );
  const { table, name } = own;
  return statement(question(query), { work: { kind: 'index', table, name } });
}

/** An index that has become a key has another name, and is left alone. */
function dropOnEach(own: PartedKey): Statement {
  const query = lines(
    `SELECT pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, i.relname) AS statement`,
    ...leaves(own),
    ` WHERE ${IS_LEAF} AND i.relname IS NOT NULL ORDER BY n.nspname, c.relname`,
  );
  return statement(question(query));
}

/**
 * Makes the index of each partition its key. A partition that was made meanwhile has none: the key of the table builds
 * it, while the lock is held.
 */
function keyOnEach(own: PartedKey): Statement {
  const body = lines(
    'DECLARE part record;',
    'BEGIN',
    `  FOR part IN SELECT n.nspname, c.relname, i.relname AS built, ${nameIf(`${IS_FREE} OR i.relname ${EQ} v.base::pg_catalog.name`)} AS own`,
    ...leaves(own).map((line) => `  ${line}`),
    `     WHERE ${IS_LEAF} AND i.indisvalid ORDER BY n.nspname, c.relname LOOP`,
    `    EXECUTE pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I${own.deferrable}',`,
    '      part.nspname, part.relname, part.own, part.built);',
    '  END LOOP;',
    'END',
  );
  const tag = dollarQuote('keys', body);
  return statement(lines(`DO ${tag}`, body, tag), {
    locks: [{ table: own.table, mode: 'ACCESS EXCLUSIVE' }],
  });
}

const IS_LEAF = `t.isleaf AND t.level ${GT} 0 AND c.relkind ${EQ} 'r'`;

/** The name of the key of a partition: with that of the partition, if it fits and no other object has it. */
function nameIf(isFree: string): string {
  return `CASE WHEN pg_catalog.octet_length(v.base) ${LE} ${NAME_BYTES} AND (${isFree}) THEN v.base ELSE v.hashed END`;
}

const IS_FREE = `NOT EXISTS (SELECT FROM pg_catalog.pg_class AS o WHERE o.relnamespace ${EQ} c.relnamespace AND o.relname ${EQ} v.base::pg_catalog.name)`;

/** The partitions, and the index of each that is to become its key, by either name. */
function leaves({ table, name, definition }: PartedKey): readonly string[] {
  const base = `pg_catalog.concat(${quoteLiteral(`${name}_`)}, c.relname)`;
  const hashed = `pg_catalog.concat('ix_', pg_catalog.md5(pg_catalog.concat(${quoteLiteral(`${name} ${definition} `)}, c.oid)))`;
  return [
    `  FROM pg_catalog.pg_partition_tree(${quoteLiteral(table)}::pg_catalog.regclass) AS t JOIN pg_catalog.pg_class AS c ON c.oid ${EQ} t.relid`,
    `  JOIN pg_catalog.pg_namespace AS n ON n.oid ${EQ} c.relnamespace CROSS JOIN LATERAL (SELECT ${base} AS base, ${hashed} AS hashed) AS v`,
    `  LEFT JOIN LATERAL (SELECT x.relname, y.indisvalid FROM pg_catalog.pg_index AS y JOIN pg_catalog.pg_class AS x ON x.oid ${EQ} y.indexrelid`,
    `    WHERE y.indrelid ${EQ} c.oid AND NOT x.relispartition AND x.relname ${EQ} ANY (ARRAY[v.base, v.hashed]::pg_catalog.name[]) LIMIT 1) AS i ON true`,
  ];
}

/** Lines as they stand in a revision. */
function lines(...parts: readonly string[]): string {
  return parts.join(NEXT_LINE);
}
