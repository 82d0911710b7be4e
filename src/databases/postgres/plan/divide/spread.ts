/** The block that gives the rows of a small table partitions of their own when it is partitioned again. */

import { intervalOf, monthsOf } from '../../../../schema/interval.js';
import { quoteLiteral } from '../../../../sql/quote.js';
import { statement, type Statement } from '../../../../sql/statement.js';
import { boundSql, ORIGIN, rangePartitions } from '../range-partitions.js';
import { runAll, tableBlock } from './block.js';
import type { Division } from './division.js';
import { FEW } from './unite.js';

/**
 * Moves the rows of the first partition into those that a new table gets, where they are few. Older rows stay in it. A
 * large table, and one with later rows, keeps it as it is.
 */
export function spreadRows(division: Division): Statement {
  const { path, policy } = division;
  const block = tableBlock('spread', {
    path,
    declared: [
      `every CONSTANT interval := ${quoteLiteral(policy.every)};`,
      `present CONSTANT timestamp := pg_catalog.timezone('UTC', pg_catalog.now());`,
      ...['base pg_catalog.regclass;', 'columns pg_catalog.text;', 'states pg_catalog.text[];'],
      ...['rows pg_catalog.int8;', 'lower timestamp;', 'newest timestamp;', 'is_older boolean;'],
    ],
    body: [
      ...firstPeriod(division),
      ...counted(division),
      `IF rows <= ${FEW} AND (newest IS NULL OR newest < lower + ${policy.ahead + 1} * every) THEN`,
      ...[...withPartitions(division), ...spread(division), ...left(division)].map((line) => `  ${line}`),
      'END IF;',
    ],
  });
  return statement(block, { locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }] });
}

/** As the block of a new table counts. */
function firstPeriod({ policy: { every } }: Division): readonly string[] {
  return monthsOf(intervalOf(every)) > 0
    ? [`lower := '${ORIGIN}';`, 'WHILE NOT lower + every > present LOOP lower := lower + every; END LOOP;']
    : [`lower := date_bin(every, present, '${ORIGIN}');`];
}

function counted({ key, moment }: Division): readonly string[] {
  const first = `SELECT count(*), ${moment('max(at)')} FROM (SELECT %I FROM ONLY %s LIMIT ${FEW + 1}) AS found(at)`;
  return [
    'SELECT h.inhrelid INTO base FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid',
    " WHERE h.inhparent = target AND pg_get_expr(p.relpartbound, p.oid) LIKE 'FOR VALUES FROM (MINVALUE)%';",
    `EXECUTE format(${quoteLiteral(first)}, ${quoteLiteral(key)}, base) INTO rows, newest;`,
  ];
}

function withPartitions({ path, prefix, table, policy }: Division): readonly string[] {
  const block = rangePartitions({ path, prefix, name: table, policy });
  return [
    "EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', place, base);",
    "PERFORM set_config('search_path', former, true);",
    `EXECUTE ${quoteLiteral(block)};`,
    "PERFORM set_config('search_path', 'pg_catalog, pg_temp', true);",
  ];
}

/** Triggers of the application have seen these rows before. */
function spread({ key }: Division): readonly string[] {
  const state =
    "CASE t.tgenabled WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END";
  return [
    "columns := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '');",
    `states := ARRAY(SELECT format('ALTER TABLE %s %s TRIGGER %I', place, ${state}, t.tgname) FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgenabled <> 'D');`,
    'SET CONSTRAINTS ALL IMMEDIATE;',
    "EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', place);",
    `EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM ONLY %3$s WHERE %4$I >= %5$L', place, columns, base, ${quoteLiteral(key)}, ${boundSql('lower')});`,
    runAll('states'),
  ];
}

function left({ key }: Division): readonly string[] {
  const [column, bound] = [quoteLiteral(key), boundSql('lower')];
  return [
    `EXECUTE format('DELETE FROM ONLY %s WHERE %I >= %L', base, ${column}, ${bound});`,
    "EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s)', base) INTO is_older;",
    'IF is_older THEN',
    `  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (MINVALUE) TO (%L)', place, base, ${bound});`,
    'ELSE',
    "  EXECUTE format('DROP TABLE %s', base);",
    'END IF;',
  ];
}
