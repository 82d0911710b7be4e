/** A sequence that is made again: it keeps its options, rights, comment and next number. */

import { EQ, NE } from '../../../sql/postgres-operators.js';
import { INTEGER_LIMITS } from '../../../sql/postgres-types.js';
import { quoteLiteral } from '../../../sql/quote.js';
import { GRANTEE, OPTION } from '../views/attached.js';

/** Variables of a block of PL/pgSQL: what `KEEP_SEQUENCE` keeps of the sequence `numbers`. */
export const KEPT_SEQUENCE = [
  'had record;',
  'rights pg_catalog.aclitem[];',
  'remark text;',
  'latest bigint;',
  'called boolean;',
  'one text;',
];

/**
 * Keeps what `numbers` has. Its table is locked, but another session may ask it for a number by its name: a change of
 * the sequence, which changes nothing, makes that session wait.
 */
export const KEEP_SEQUENCE = [
  `SELECT s.* INTO STRICT had FROM pg_catalog.pg_sequence s WHERE s.seqrelid ${EQ} numbers::pg_catalog.regclass;`,
  `EXECUTE pg_catalog.format('ALTER SEQUENCE %s CACHE %s', numbers, had.seqcache);`,
  `EXECUTE pg_catalog.format('SELECT last_value, is_called FROM %s', numbers) INTO latest, called;`,
  `SELECT c.relacl, pg_catalog.obj_description(c.oid, 'pg_class') INTO rights, remark FROM pg_catalog.pg_class c WHERE c.oid ${EQ} had.seqrelid;`,
];

/** As many `%s` as `SEQUENCE_OPTIONS` has values. */
export const OPTIONS_FORMAT = 'INCREMENT BY %s START WITH %s CACHE %s %s %s %s';

/** The options of the former sequence. A limit that is that of its type follows the type. */
const SEQUENCE_OPTIONS = [
  'had.seqincrement, had.seqstart, had.seqcache,',
  `CASE WHEN had.seqmin ${NE} ${limitOfType(0)} THEN pg_catalog.format('MINVALUE %s', had.seqmin) END,`,
  `CASE WHEN had.seqmax ${NE} ${limitOfType(1)} THEN pg_catalog.format('MAXVALUE %s', had.seqmax) END,`,
  `CASE WHEN had.seqcycle THEN 'CYCLE' END`,
];

/**
 * Executes a text with the options.
 *
 * @param before values of the format before those of the options, each with its comma
 */
export function executeWithOptions(format: string, before = ''): readonly string[] {
  return [`EXECUTE pg_catalog.format(${quoteLiteral(format)},${before}`, ...indented(SEQUENCE_OPTIONS), ');'];
}

/** The new sequence, whose name is `numbers`, continues and gets the rights and the comment. */
export const CONTINUE_SEQUENCE = [
  'PERFORM pg_catalog.setval(numbers::pg_catalog.regclass, latest, called);',
  `FOR one IN SELECT pg_catalog.format('GRANT %s ON SEQUENCE %s TO %s%s', g.privilege_type, numbers, ${GRANTEE}, ${OPTION})`,
  `    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(rights) g`,
  `   WHERE c.oid ${EQ} numbers::pg_catalog.regclass AND g.grantee ${NE} c.relowner`,
  'LOOP EXECUTE one; END LOOP;',
  'IF remark IS NOT NULL THEN',
  `  EXECUTE pg_catalog.format('COMMENT ON SEQUENCE %s IS %L', numbers, remark);`,
  'END IF;',
];

function limitOfType(end: 0 | 1): string {
  const cases = Object.entries(INTEGER_LIMITS).map(
    ([type, limits]) =>
      `WHEN had.seqtypid ${EQ} 'pg_catalog.${type}'::pg_catalog.regtype THEN ${limits[end]}`,
  );
  return `CASE ${cases.join(' ')} END`;
}

/** Lines of a block. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
