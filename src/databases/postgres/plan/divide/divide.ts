/** The block that puts a partitioned table in the place of a plain one, whose rows become its first partition. */

import { NAME_BYTES, truncated } from '../../../../sql/identifiers.js';
import { quoteLiteral } from '../../../../sql/quote.js';
import { statement, type Statement } from '../../../../sql/statement.js';
import { boundSql, partitionNameSql } from '../range-partitions.js';
import { runAll, tableBlock } from './block.js';
import { BOUND_CHECK, undividable } from './bound.js';
import { carry, CARRYING, KEYS_AND_INDEXES, SET_ASIDE, statementsOf, withoutRights } from './carried.js';
import type { Division } from './division.js';

/**
 * Renames the table, creates a partitioned one with all that belongs to it, and attaches it below the bound, which the
 * check proves: no row is read. Then come the partitions from there on.
 */
export function divideTable(division: Division): Statement {
  const { path } = division;
  const block = tableBlock('divide', {
    path,
    declared: [
      ...CARRYING,
      ...['space', 'own', 'part', 'placed', 'bound'].map((name) => `${name} pg_catalog.text;`),
      `every CONSTANT interval := ${quoteLiteral(division.policy.every)};`,
      ...['lower timestamp;', 'upper timestamp;'],
    ],
    body: [
      ...undividable(division),
      ...boundFound,
      ...named(division),
      ...carry(KEYS_AND_INDEXES),
      ...aside,
      ...replaced(division),
      ...nextPartitions(division),
    ],
  });
  return statement(block, { locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }] });
}

const boundFound: readonly string[] = [
  `bound := obj_description((SELECT k.oid FROM pg_constraint k WHERE k.conrelid = target AND k.conname = '${BOUND_CHECK}'), 'pg_constraint');`,
  'IF bound IS NULL THEN',
  `  RAISE EXCEPTION USING MESSAGE = format('%s has no check ${BOUND_CHECK} with its comment. Run down to the revision before it was added, then run up again.', place);`,
  'END IF;',
];

/** The name of the first partition, and where the table is stored. */
function named({ table }: Division): readonly string[] {
  const own = table.slice(table.indexOf('.') + 1);
  const start = truncated(own, NAME_BYTES - FIRST.length - 3);
  return [
    `SELECT n.nspname, c.relname, ' TABLESPACE ' || quote_ident(s.spcname) INTO space, own, placed`,
    '  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = target;',
    'FOR number IN 1..99 LOOP',
    `  part := concat(${quoteLiteral(start)}, '${FIRST}', CASE WHEN number > 1 THEN number END);`,
    `  EXIT WHEN to_regclass(format('%I.%I', space, part)) IS NULL;`,
    'END LOOP;',
  ];
}

/** How the name of the first partition ends. */
const FIRST = '_before';

/** The names of the indexes become free. */
const RENAMED = `SELECT 2, format('ALTER INDEX %I.%I RENAME TO %I', space, x.relname, CASE WHEN octet_length(w.base) <= ${NAME_BYTES} AND to_regclass(format('%I.%I', space, w.base)) IS NULL THEN w.base ELSE concat('ix_', md5(w.base)) END)
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid CROSS JOIN concat(x.relname, '_', part) AS w(base) WHERE i.indrelid = target`;

const aside: readonly string[] = [runAll(statementsOf([...SET_ASIDE, RENAMED]))];

function replaced({ key }: Division): readonly string[] {
  const column = quoteLiteral(key);
  return [
    `EXECUTE format('ALTER TABLE %s RENAME TO %I', place, part);`,
    `EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY EXCLUDING STATISTICS) PARTITION BY RANGE (%I)%s', place, target, ${column}, placed);`,
    `EXECUTE format('ALTER TABLE %s DROP CONSTRAINT ${BOUND_CHECK}', place);`,
    runAll(`${withoutRights('place')} || ${withoutRights('target::text')}`),
    runAll('carried'),
    `EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (MINVALUE) TO (%L)', place, target, bound);`,
    `EXECUTE format('ALTER TABLE %s DROP CONSTRAINT ${BOUND_CHECK}', target);`,
  ];
}

/** As many periods behind the present one as the entity declares, as far as the first partition has not got them. */
function nextPartitions({ table, policy: { every, ahead } }: Division): readonly string[] {
  return [
    'lower := bound::timestamp;',
    `WHILE lower <= timezone('UTC', now()) + ${ahead} * every LOOP`,
    '  upper := lower + every;',
    `  EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', space, ${partitionNameSql(table, every, 'lower')}, place, ${boundSql('lower')}, ${boundSql('upper')});`,
    '  lower := upper;',
    'END LOOP;',
  ];
}
