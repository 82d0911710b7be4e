/** Statements for the partitions that a table has when they run. */

import { quoteLiteral } from '../../../sql/quote.js';
import { question } from '../../../sql/question.js';
import { NAME_BYTES } from '../../../sql/identifiers.js';
import { EQ, GT, LE } from '../../../sql/postgres-operators.js';
import { NEXT_LINE, statement, type Statement } from '../../../sql/statement.js';

/** An index of a partitioned table, which exists on the table alone. */
export interface PartedIndex {
  /** The table, as SQL. */
  readonly table: string;
  readonly name: string;
  /** The index, as SQL. */
  readonly path: string;
  readonly unique: boolean;
  /** What stands behind the table: the keys and all else. */
  readonly definition: string;
  /** Only where it belongs to a constraint. */
  readonly constraint?: PartedConstraint;
}

/** The unique constraint of such an index. */
interface PartedConstraint {
  /** As it is added: `UNIQUE ("a", "b")`. */
  readonly text: string;
  /** ` DEFERRABLE INITIALLY DEFERRED`; empty for what is always checked at once. */
  readonly deferrable: string;
}

/** Lines as they stand in a revision. */
function lines(...parts: readonly string[]): string {
  return parts.join(NEXT_LINE);
}

/**
 * Builds the index of each partition beside other sessions, and attaches it: with the last one the index of the table
 * is valid. What is attached already is left out, and an index that a killed run has left invalid is built again, so it
 * can be run any number of times. A partition that is made later has the index from the beginning.
 */
export function indexEachPartition(index: PartedIndex): Statement {
  const { table, name } = index;
  const query = lines(
    ...madeParts(index),
    `(SELECT s.statement FROM parts AS p LEFT JOIN made AS m ON m.indrelid ${EQ} p.parentrelid LEFT JOIN parts AS u ON u.relid ${EQ} p.parentrelid`,
    '  CROSS JOIN LATERAL (VALUES',
    `    (1, CASE WHEN p.isleaf AND NOT p.valid THEN pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', p.schema, p.own) END),`,
    `    (2, CASE WHEN p.valid IS NULL OR p.isleaf AND NOT p.valid THEN pg_catalog.format(CASE WHEN p.isleaf`,
    `      THEN ${quoteLiteral(onLeaf(index))}`,
    `      ELSE ${quoteLiteral(onlyOn(index))} END, p.schema, p.own, p.relname, ${quoteLiteral(index.definition)}) END),`,
    ...constraintOfLeaf(index),
    `    (4, pg_catalog.format('ALTER INDEX %I.%I ATTACH PARTITION %I.%I', coalesce(m.nspname, u.schema), coalesce(m.relname, u.own), p.schema, p.own)))`,
    '  AS s(step, statement) WHERE s.statement IS NOT NULL ORDER BY p.level, p.schema, p.relname, s.step)',
    `UNION ALL SELECT ${quoteLiteral(incomplete(name))} WHERE NOT EXISTS (SELECT FROM parts) AND NOT (SELECT valid FROM made WHERE level ${EQ} 0)`,
  );
  return statement(question(query), { work: { kind: 'index', table, name } });
}

/** `made` are the indexes that belong to the one of the table, `parts` the partitions that have none of them. */
function madeParts({ table, path, name }: PartedIndex): readonly string[] {
  const base = `pg_catalog.concat(${quoteLiteral(`${name}_`)}, c.relname)`;
  const root = `${quoteLiteral(path)}::pg_catalog.regclass`;
  const own = `CASE WHEN pg_catalog.octet_length(w.base) ${LE} ${NAME_BYTES} AND NOT EXISTS (${namesakes('w.base')}) THEN w.base`;
  return [
    'WITH made AS (',
    `  SELECT t.level, i.indrelid, i.indisvalid AS valid, x.relname, n.nspname FROM pg_catalog.pg_partition_tree(${root}) AS t`,
    `    JOIN pg_catalog.pg_index AS i ON i.indexrelid ${EQ} t.relid JOIN pg_catalog.pg_class AS x ON x.oid ${EQ} t.relid`,
    `    JOIN pg_catalog.pg_namespace AS n ON n.oid ${EQ} x.relnamespace),`,
    'parts AS (',
    `  SELECT t.relid, t.parentrelid, t.isleaf, t.level, n.nspname AS schema, c.relname, v.own, b.oid AS built, i.indisvalid AS valid`,
    `    FROM pg_catalog.pg_partition_tree(${quoteLiteral(table)}::pg_catalog.regclass) AS t JOIN pg_catalog.pg_class AS c ON c.oid ${EQ} t.relid`,
    `    JOIN pg_catalog.pg_namespace AS n ON n.oid ${EQ} c.relnamespace CROSS JOIN LATERAL (SELECT ${base} AS base) AS w`,
    `    CROSS JOIN LATERAL (SELECT ${own} ELSE pg_catalog.concat('ix_', pg_catalog.md5(pg_catalog.concat(w.base, ' ', ${root}::pg_catalog.oid))) END AS own) AS v`,
    `    LEFT JOIN pg_catalog.pg_class AS b ON b.relnamespace ${EQ} c.relnamespace AND b.relname ${EQ} v.own::pg_catalog.name`,
    `    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid ${EQ} b.oid`,
    `   WHERE t.level ${GT} 0 AND c.relkind ${EQ} ANY ('{r,p}') AND NOT EXISTS (SELECT FROM made AS m WHERE m.indrelid ${EQ} t.relid))`,
  ];
}

/** Another object, or the index of the same partition that belongs to another index. */
function namesakes(base: string): string {
  return (
    `SELECT FROM pg_catalog.pg_class AS o LEFT JOIN pg_catalog.pg_index AS y ON y.indexrelid ${EQ} o.oid ` +
    `WHERE o.relnamespace ${EQ} c.relnamespace AND o.relname ${EQ} ${base}::pg_catalog.name AND (o.relispartition OR NOT coalesce(y.indrelid ${EQ} t.relid, false))`
  );
}

/** Of the schema, the index, the table and the definition. */
function onLeaf({ unique }: PartedIndex): string {
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY %2$I ON %1$I.%3$I %4$s`;
}

/** On what is partitioned itself. */
function onlyOn({ unique, constraint }: PartedIndex): string {
  if (constraint)
    return `ALTER TABLE ONLY %1$I.%3$I ADD CONSTRAINT %2$I ${constraint.text.replaceAll('%', '%%')}`;
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX %2$I ON ONLY %1$I.%3$I %4$s`;
}

function constraintOfLeaf({ constraint }: PartedIndex): readonly string[] {
  if (!constraint) return [];
  const add = `ALTER TABLE %1$I.%3$I ADD CONSTRAINT %2$I UNIQUE USING INDEX %2$I${constraint.deferrable}`;
  const isConstraint = `EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid ${EQ} p.built AND k.conrelid ${EQ} p.relid)`;
  return [
    `    (3, CASE WHEN p.isleaf AND NOT ${isConstraint} THEN pg_catalog.format(${quoteLiteral(add)}, p.schema, p.own, p.relname) END),`,
  ];
}

/** A partition that was dropped or detached meanwhile is not counted again by PostgreSQL. */
function incomplete(name: string): string {
  const words = `The index ${name} is not valid, although each partition has its own. A partition was detached or dropped meanwhile, or is a foreign table. Revert the revision before this one, then run up again.`;
  const raise = `BEGIN RAISE EXCEPTION USING MESSAGE = ${quoteLiteral(words)}; END`;
  return `DO ${quoteLiteral(raise)}`;
}

/** A foreign key of each partition of a table. */
interface PartedForeignKey {
  /** The table, as SQL. */
  readonly table: string;
  readonly name: string;
  /** `FOREIGN KEY ("a") REFERENCES "b" ("id")` */
  readonly text: string;
}

/**
 * Adds the key to each partition, for new rows first, and validates it then. The key of the table takes these over.
 * Nothing is left where the table has it.
 */
export function keyEachPartition({ table, name, text }: PartedForeignKey): Statement {
  const [own, whole] = [quoteLiteral(name), quoteLiteral(text)];
  const query = lines(
    'SELECT s.statement',
    ...leaves({ table, name }),
    '  CROSS JOIN LATERAL (VALUES',
    `    (1, CASE WHEN k.oid IS NULL THEN pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s NOT VALID', n.nspname, c.relname, ${own}, ${whole}) END),`,
    `    (2, CASE WHEN k.convalidated IS NOT TRUE THEN pg_catalog.format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, c.relname, ${own}) END))`,
    '  AS s(step, statement) WHERE t.isleaf AND s.statement IS NOT NULL ORDER BY n.nspname, c.relname, s.step',
  );
  return statement(question(query), { work: { kind: 'validation', table, name } });
}

/** Drops what the former has made, where the table has not taken it over. */
export function keyOffEachPartition({ table, name }: Pick<PartedForeignKey, 'table' | 'name'>): Statement {
  const query = lines(
    `SELECT pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) AS statement`,
    ...leaves({ table, name }),
    ` WHERE t.isleaf AND k.conparentid ${EQ} 0::pg_catalog.oid ORDER BY n.nspname, c.relname`,
  );
  return statement(question(query));
}

function leaves({ table, name }: Pick<PartedForeignKey, 'table' | 'name'>): readonly string[] {
  return [
    `  FROM pg_catalog.pg_partition_tree(${quoteLiteral(table)}::pg_catalog.regclass) AS t JOIN pg_catalog.pg_class AS c ON c.oid ${EQ} t.relid`,
    `  JOIN pg_catalog.pg_namespace AS n ON n.oid ${EQ} c.relnamespace`,
    `  LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid ${EQ} c.oid AND k.conname ${EQ} ${quoteLiteral(name)} AND k.contype ${EQ} 'f'`,
  ];
}
