/** The block that makes a plain table of a partitioned one: the way back. */

import { statement, type Statement } from '../../../../sql/statement.js';
import { refuseFound, runAll, tableBlock } from './block.js';
import { carry, CARRYING, KEPT_ASIDE, statementsOf, withoutRights } from './carried.js';
import type { Division } from './division.js';
import { referringTo } from './obstacles.js';

/**
 * Takes the first partition, or the largest where that is dropped, and moves the rows of the others into it. It gets the
 * name of the table, and all that belongs to it.
 */
export function uniteTable({ path }: Pick<Division, 'path'>): Statement {
  const block = tableBlock('unite', {
    path,
    declared: [
      ...CARRYING,
      'base pg_catalog.regclass;',
      ...['columns', 'own'].map((name) => `${name} pg_catalog.text;`),
      ...['others', 'names'].map((name) => `${name} pg_catalog.text[];`),
      ...['rows pg_catalog.int8;', 'moved pg_catalog.int8 := 0;'],
    ],
    body: [
      ...refuseFound(referringTo('target'), REFERRED),
      ...baseFound,
      ...carry(),
      ...read,
      ...fewMoved,
      runAll(statementsOf(KEPT_ASIDE)),
      ...joined,
      ...renamed,
    ],
  });
  return statement(block, { locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }] });
}

/** So many rows one transaction moves at most: their copy takes less than a second. */
export const FEW = 10_000;

const REFERRED =
  '%1$s cannot become a plain table again: these refer to the partitioned one: %2$s. Drop them, then run down again.';

const baseFound: readonly string[] = [
  'SELECT p.oid INTO base FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid JOIN pg_class c ON c.oid = h.inhparent AND c.relnamespace = p.relnamespace',
  " WHERE h.inhparent = target AND p.relkind = 'r' ORDER BY pg_get_expr(p.relpartbound, p.oid) LIKE 'FOR VALUES FROM (MINVALUE)%' DESC, pg_relation_size(p.oid) DESC, p.oid LIMIT 1;",
  'IF base IS NULL THEN',
  "  RAISE EXCEPTION USING MESSAGE = format('%s has no partition that could become the plain table. Run partitions keep, then run down again.', place);",
  'END IF;',
];

/** The columns that can be written, the other partitions, and which index of the partition gets which name. */
const read: readonly string[] = [
  'own := (SELECT c.relname FROM pg_class c WHERE c.oid = target);',
  "columns := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '');",
  'others := ARRAY(SELECT h.inhrelid::regclass::text FROM pg_inherits h WHERE h.inhparent = target AND h.inhrelid <> base ORDER BY h.inhrelid);',
  `names := ${statementsOf([
    "SELECT 1, format('ALTER INDEX %s RENAME TO %I', i.indexrelid::regclass, x.relname) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid JOIN pg_class x ON x.oid = h.inhparent WHERE i.indrelid = base",
  ])};`,
];

/** All others wait for as long as the rows are copied. */
const fewMoved: readonly string[] = [
  'FOREACH one IN ARRAY others LOOP',
  `  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT ${FEW + 1}) AS found', one) INTO rows;`,
  '  moved := moved + rows;',
  'END LOOP;',
  `IF moved > ${FEW} THEN`,
  `  RAISE EXCEPTION USING MESSAGE = format('%s has more than ${FEW} rows outside %s, which becomes the plain table. Every query would wait while they are copied. Copy them in batches first: npm run -s db -- partitions merge %1$s. Then run this again.', place, base);`,
  'END IF;',
  'moved := 0;',
];

const joined: readonly string[] = [
  "EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', place, base);",
  'FOREACH one IN ARRAY others LOOP',
  "  EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', place, one);",
  "  EXECUTE format('INSERT INTO %s (%s) SELECT %2$s FROM %3$s', base, columns, one);",
  '  GET DIAGNOSTICS rows = ROW_COUNT;',
  '  moved := moved + rows;',
  "  EXECUTE format('DROP TABLE %s', one);",
  'END LOOP;',
  'IF moved > 0 THEN',
  "  RAISE NOTICE USING MESSAGE = format('%s rows of other partitions of %s are in the plain table again.', moved, place);",
  'END IF;',
];

const renamed: readonly string[] = [
  "EXECUTE format('DROP TABLE %s', place);",
  runAll(withoutRights('base::text')),
  "EXECUTE format('ALTER TABLE %s RENAME TO %I', base, own);",
  runAll('names'),
  runAll('carried'),
];
