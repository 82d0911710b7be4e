/** How a backfill reports what it has done, and what it is going to fire, in lines of PL/pgSQL. */

import { BRIDGE_PREFIX } from '../../../schema/bridge-trigger.js';
import { EQ, GE, GT, MINUS, NE, PLUS, TIMES } from '../../../sql/postgres-operators.js';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { MINUTES_FROM } from '../../session.js';
import { PROGRESS_CODE } from '../progress-notice.js';
import { keepLeafLines } from './backfill-refusals.js';
import { inFormat } from './key-order.js';

const OVER = 'OPERATOR(pg_catalog./)';

/** How many pages of a table are read at most to estimate how many rows are to fill: 8 MB. */
const SAMPLE = 1000;

/** Bit of `pg_trigger.tgtype`. */
const ON_UPDATE = 16;

/** Variables of the block. */
export function progressDeclared(): readonly string[] {
  return [
    'estimated bigint;',
    'share double precision;',
    'rate double precision;',
    'remaining double precision;',
    'began CONSTANT pg_catalog.timestamptz := pg_catalog.clock_timestamp();',
    'reported pg_catalog.timestamptz := began;',
    'warned boolean := false;',
  ];
}

/** Before the first pass. A sample of pages knows new columns, which have no statistics, and rows that are filled. */
export function estimateLines(column: string): readonly string[] {
  const sql = `SELECT pg_catalog.count(*) FROM ONLY %1$s TABLESAMPLE pg_catalog.system (%2$s) WHERE ${inFormat(quoteIdentifier(column))} IS NULL`;
  const tag = dollarQuote('sql', sql);
  const pages = `pg_catalog.pg_relation_size(leaf) ${OVER} pg_catalog.current_setting('block_size')::bigint`;
  return [
    'IF estimated IS NULL THEN',
    '  estimated := 0;',
    '  <<to_estimate>>',
    '  FOREACH leaf IN ARRAY leaves LOOP',
    ...keepLeafLines('to_estimate').map((line) => `    ${line}`),
    `    share := LEAST(100, (100.0 ${TIMES} ${SAMPLE}) ${OVER} GREATEST(1, ${pages}));`,
    `    EXECUTE pg_catalog.format(${tag}${sql}${tag}, leaf, share) INTO held;`,
    `    estimated := estimated ${PLUS} ((held ${TIMES} 100) ${OVER} share)::bigint;`,
    '    COMMIT;',
    '  END LOOP;',
    'END IF;',
  ];
}

/** Triggers of the application, by name, that an update of the column fires in a table of the array `leaves`. */
function triggersSql(column: string): string {
  const fires = `t.tgenabled ${EQ} ANY (CASE WHEN pg_catalog.current_setting('session_replication_role') ${EQ} 'replica' THEN '{R,A}' ELSE '{O,A}' END::"char"[])`;
  // PostgreSQL 14 calls the copies of a partitioned table's triggers internal.
  const isOwn = `(NOT t.tgisinternal OR t.tgconstraint ${EQ} 0::pg_catalog.oid)`;
  const isOfColumn = `(t.tgattr::pg_catalog.text ${EQ} '' OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} t.tgrelid AND a.attname ${EQ} ${quoteLiteral(column)} AND a.attnum ${EQ} ANY (t.tgattr)))`;
  return (
    `SELECT pg_catalog.string_agg(f.name, ', ' ORDER BY f.name) FROM (SELECT DISTINCT pg_catalog.quote_ident(t.tgname) AS name ` +
    `FROM pg_catalog.pg_trigger t WHERE t.tgrelid ${EQ} ANY (leaves::pg_catalog.oid[]) AND ${isOwn} AND ${fires} ` +
    `AND (t.tgtype OPERATOR(pg_catalog.&) ${ON_UPDATE}::pg_catalog.int2) ${NE} 0 AND ${isOfColumn} ` +
    `AND NOT pg_catalog.starts_with(t.tgname::pg_catalog.text, '${BRIDGE_PREFIX}')) AS f`
  );
}

/** Before the first batch: its updates fire triggers of the application, as those of any session. */
export function triggerLines(column: string): readonly string[] {
  return [
    'IF NOT warned THEN',
    '  warned := true;',
    `  objects := (${triggersSql(column)});`,
    '  IF objects IS NOT NULL THEN',
    `    RAISE WARNING 'The backfill of % fires triggers: %. To fill without them, end it, disable them with ALTER TABLE % DISABLE TRIGGER, and run the revision again.', root, objects, root;`,
    '  END IF;',
    'END IF;',
  ];
}

/**
 * Behind the COMMIT of a batch. The code and the fields that people do not see are for the migrator. Where more rows
 * are filled than were estimated, those of the application are among them.
 */
export function reportLines(column: string): readonly string[] {
  const seconds = (from: string) =>
    `pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() ${MINUS} ${from})`;
  const number = (value: string) => `pg_catalog.to_char(${value}, 'FM999,999,999,999,990')`;
  const left = `CASE WHEN remaining ${GE} ${MINUTES_FROM} THEN pg_catalog.concat(pg_catalog.ceil(remaining ${OVER} 60), ' min') ELSE pg_catalog.concat(remaining, ' s') END`;
  const words = `pg_catalog.format('Backfill of %s.%I: %s of about %s rows, %s rows/s, %s left', root, ${quoteLiteral(column)}, ${number('total')}, ${number('estimated')}, ${number('rate')}, ${left})`;
  const data = `'done', total, 'estimated', estimated, 'rate', rate::bigint, 'secondsLeft', remaining::bigint`;
  return [
    `IF (pg_catalog.clock_timestamp() ${MINUS} reported) ${GE} report_every AND total ${GT} 0 THEN`,
    '  reported := pg_catalog.clock_timestamp();',
    '  estimated := GREATEST(estimated, total);',
    `  rate := total ${OVER} GREATEST(0.001, ${seconds('began')});`,
    `  remaining := pg_catalog.ceil((estimated ${MINUS} total) ${OVER} rate);`,
    `  RAISE NOTICE USING ERRCODE = '${PROGRESS_CODE}', TABLE = root::pg_catalog.text, COLUMN = ${quoteLiteral(column)},`,
    `    MESSAGE = ${words},`,
    `    DATATYPE = pg_catalog.json_build_object(${data})::pg_catalog.text;`,
    'END IF;',
  ];
}
