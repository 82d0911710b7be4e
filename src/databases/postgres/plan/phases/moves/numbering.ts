/** The sequence of a moved column numbers the one that takes its place. */

import type { ColumnModel } from '../../../../../schema/model.js';
import { INTEGER_LIMITS, parsePostgresType } from '../../../../../sql/postgres-types.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../../../sql/statement.js';
import { EQ, NE } from '../../../../../sql/postgres-operators.js';
import { GRANTEE, OPTION } from '../../../views/attached.js';

/** A column that another one replaces; both are in the same table. */
export interface Renumbering {
  /** The table, as SQL. */
  readonly path: string;
  /** The name of the column that had the numbers. */
  readonly from: string;
  /** The one that gets them, as it is to be. */
  readonly to: ColumnModel;
  /** The type that the sequence has. */
  readonly formerType: string;
}

/** Moves the sequence with its options, its rights and its next number; nothing where the column has none. */
export function renumber(of: Renumbering): readonly Statement[] {
  if (of.to.identity === null) return [];
  const lines = of.to.identity === 'serial' ? serialLines(of) : identityLines(of);
  const body = lines.join(NEXT_LINE);
  return [
    statement(['DO $numbers$', body, '$numbers$'].join(NEXT_LINE), {
      locks: [{ table: of.path, mode: 'ACCESS EXCLUSIVE' }],
    }),
  ];
}

function sequenceOf({ path, from }: Renumbering): string {
  return `pg_catalog.pg_get_serial_sequence(${quoteLiteral(path)}, ${quoteLiteral(from)})`;
}

function serialLines(of: Renumbering): readonly string[] {
  const { path, from, to } = of;
  const name = quoteIdentifier(to.name);
  const run = (sql: string) => `  EXECUTE pg_catalog.format(${quoteLiteral(sql)}, numbers);`;
  return [
    'DECLARE',
    `  numbers CONSTANT text := ${sequenceOf(of)};`,
    'BEGIN',
    `  ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from)} DROP DEFAULT;`,
    run(`ALTER SEQUENCE %s OWNED BY ${path.replaceAll('%', '%%')}.${name.replaceAll('%', '%%')}`),
    run(`ALTER SEQUENCE %s AS ${to.type}`),
    run(
      `ALTER TABLE ${path.replaceAll('%', '%%')} ALTER COLUMN ${name.replaceAll('%', '%%')} SET DEFAULT pg_catalog.nextval(%L::pg_catalog.regclass)`,
    ),
    'END',
  ];
}

/**
 * DROP IDENTITY drops the sequence, with its rights and its comment. Another session may ask it for a number meanwhile:
 * a change of the sequence, which changes nothing, makes it wait.
 */
function identityLines(of: Renumbering): readonly string[] {
  const { path, from, to, formerType } = of;
  const [least, greatest] = INTEGER_LIMITS[parsePostgresType(formerType).name] ?? ['0', '0'];
  const add = `ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(to.name)} ADD GENERATED ${(to.identity ?? '').toUpperCase()} AS IDENTITY`;
  const options = 'SEQUENCE NAME %s INCREMENT BY %s START WITH %s CACHE %s %s %s %s';
  return [
    'DECLARE',
    `  numbers CONSTANT text := ${sequenceOf(of)};`,
    '  had pg_catalog.pg_sequence;',
    '  latest bigint;',
    '  called boolean;',
    '  again text[];',
    '  one text;',
    'BEGIN',
    `  SELECT s.* INTO STRICT had FROM pg_catalog.pg_sequence s WHERE s.seqrelid ${EQ} numbers::pg_catalog.regclass;`,
    `  EXECUTE pg_catalog.format('ALTER SEQUENCE %s CACHE %s', numbers, had.seqcache);`,
    `  EXECUTE pg_catalog.format('SELECT last_value, is_called FROM %s', numbers) INTO latest, called;`,
    '  again := ARRAY(',
    `    SELECT pg_catalog.format('GRANT %s ON SEQUENCE %s TO %s%s', g.privilege_type, numbers, ${GRANTEE}, ${OPTION})`,
    `      FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) g`,
    `     WHERE c.oid ${EQ} had.seqrelid AND g.grantee ${NE} c.relowner`,
    '    UNION ALL',
    `    SELECT pg_catalog.format('COMMENT ON SEQUENCE %s IS %L', numbers, pg_catalog.obj_description(had.seqrelid, 'pg_class'))`,
    `     WHERE pg_catalog.obj_description(had.seqrelid, 'pg_class') IS NOT NULL);`,
    `  ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from)} DROP IDENTITY;`,
    `  EXECUTE pg_catalog.format(${quoteLiteral(`${add.replaceAll('%', '%%')} (${options})`)},`,
    '    numbers, had.seqincrement, had.seqstart, had.seqcache,',
    `    CASE WHEN had.seqmin ${NE} ${least} THEN pg_catalog.format('MINVALUE %s', had.seqmin) END,`,
    `    CASE WHEN had.seqmax ${NE} ${greatest} THEN pg_catalog.format('MAXVALUE %s', had.seqmax) END,`,
    `    CASE WHEN had.seqcycle THEN 'CYCLE' END);`,
    '  PERFORM pg_catalog.setval(numbers::pg_catalog.regclass, latest, called);',
    '  FOREACH one IN ARRAY again LOOP EXECUTE one; END LOOP;',
    'END',
  ];
}
