/** What a backfill does about rows that stay without a value, in lines of PL/pgSQL. */

import { EQ, GE, GT, JOINED, NE, PLUS } from '../../../sql/postgres-operators.js';
import { quoteLiteral } from '../../../sql/quote.js';

/** Seconds that the block waits before another pass when other sessions lock all remaining rows. */
const PAUSE = 0.25;

/** How many passes in succession may fill rows and leave no fewer to fill: an application may add some meanwhile. */
const IDLE = 3;

/** Bit of `pg_trigger.tgtype`. */
const ON_UPDATE = 16;

/** What may act on an update of the table in the variable `leaf`. */
const OBJECTS = `SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name) FROM (
      SELECT 'trigger ' ${JOINED} pg_catalog.quote_ident(t.tgname) AS name FROM pg_catalog.pg_trigger t
       WHERE t.tgrelid ${EQ} leaf AND NOT t.tgisinternal AND t.tgenabled ${NE} 'D' AND (t.tgtype OPERATOR(pg_catalog.&) ${ON_UPDATE}::pg_catalog.int2) ${NE} 0
      UNION ALL SELECT 'rule ' ${JOINED} pg_catalog.quote_ident(r.rulename) FROM pg_catalog.pg_rewrite r
       WHERE r.ev_class ${EQ} leaf AND r.ev_type ${EQ} '2' AND r.ev_enabled ${NE} 'D'
      UNION ALL SELECT 'row-level security' WHERE pg_catalog.row_security_active(leaf::pg_catalog.oid)) AS o`;

/** Statements about a leaf, as expressions of SQL. */
interface LeafQueries {
  /** Whether it has rows to fill. */
  readonly any: string;
  /** How many of one row to fill can be locked. */
  readonly lock: string;
  /** How many rows are to fill. */
  readonly count: string;
}

/**
 * Keeps the table in the variable `leaf` until the transaction ends, and continues the loop of this name behind a table
 * that is dropped meanwhile. The root is locked first, as a DROP of its partition does: the two cannot deadlock.
 */
export function keepLeafLines(loop: string): readonly string[] {
  return [
    'LOOP',
    '  BEGIN',
    "    EXECUTE pg_catalog.format('LOCK TABLE ONLY %s, ONLY %s IN ACCESS SHARE MODE', root, leaf);",
    '    kept := true;',
    // A table that is dropped has no name in a regclass, only its number.
    '  EXCEPTION WHEN undefined_table OR invalid_schema_name OR syntax_error THEN',
    '    kept := false;',
    '  END;',
    `  CONTINUE ${loop} WHEN pg_catalog.pg_table_is_visible(leaf) IS NULL;`,
    '  EXIT WHEN kept;',
    'END LOOP;',
  ];
}

/** Fails with the objects of the table that may be the cause. */
export function refusalLines(condition: string, words: string): readonly string[] {
  return [
    `IF ${condition} THEN`,
    `  objects := (${OBJECTS});`,
    `  RAISE EXCEPTION USING MESSAGE = pg_catalog.format(${quoteLiteral(`The backfill of %s has stopped: ${words}`)}, leaf),`,
    `    DETAIL = pg_catalog.format('What may keep them so: %s', coalesce(objects, 'a function of the database')),`,
    `    HINT = 'Disable it for the time of this revision, or fill these rows in another way, then run the revision again. Rows that are filled stay filled';`,
    'END IF;',
  ];
}

/**
 * Behind a pass that has found rows to fill. Where it could lock none of them, other sessions do, or a policy keeps the
 * role from changing what it can read. Where it filled some and as many are left, something takes the values away again.
 */
export function afterPassLines({ any, lock, count }: LeafQueries): readonly string[] {
  return [
    `IF seen ${EQ} 0 THEN`,
    ...hiddenLines(any, lock).map((line) => `  ${line}`),
    '  IF NOT waits THEN',
    `    RAISE NOTICE 'Other sessions lock rows of % that have no value yet. The backfill retries them.', root;`,
    '    waits := true;',
    '  END IF;',
    '  COMMIT;',
    `  PERFORM pg_catalog.pg_sleep(${PAUSE});`,
    'ELSE',
    '  remain := 0;',
    '  <<to_count>>',
    '  FOREACH leaf IN ARRAY leaves LOOP',
    ...keepLeafLines('to_count').map((line) => `    ${line}`),
    `    EXECUTE ${count} INTO held;`,
    `    remain := remain ${PLUS} held;`,
    '  END LOOP;',
    `  idle := CASE WHEN remain ${GT} 0 AND remain ${GE} before THEN idle ${PLUS} 1 ELSE 0 END;`,
    '  before := remain;',
    ...refusalLines(`idle ${EQ} ${IDLE}`, 'rows that get a value lose it again').map((line) => `  ${line}`),
    'END IF;',
  ];
}

function hiddenLines(any: string, lock: string): readonly string[] {
  return [
    '<<to_read>>',
    'FOREACH leaf IN ARRAY leaves LOOP',
    ...keepLeafLines('to_read').map((line) => `  ${line}`),
    '  CONTINUE WHEN NOT pg_catalog.row_security_active(leaf::pg_catalog.oid);',
    '  BEGIN',
    `    EXECUTE ${any} INTO is_left;`,
    `    EXECUTE ${lock} INTO held;`,
    '  EXCEPTION WHEN lock_not_available THEN',
    '    is_left := false;',
    '  END;',
    ...refusalLines(
      `is_left AND held ${EQ} 0`,
      'the role may read rows without a value and may not change them',
    ).map((line) => `  ${line}`),
    'END LOOP;',
  ];
}
