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
       WHERE r.ev_class ${EQ} leaf AND r.ev_type ${EQ} '2' AND r.ev_enabled ${NE} 'D') AS o`;

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

/** Whether a policy `p` is one of the role. */
const OF_ROLE =
  `EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) AS r(oid) WHERE CASE WHEN r.oid ${EQ} 0::pg_catalog.oid THEN true ` +
  `ELSE pg_catalog.pg_has_role(r.oid, 'USAGE') END)`;

/** Policies of the role on the table `t`, as FROM and WHERE. */
const POLICIES = `FROM pg_catalog.pg_policy p WHERE p.polrelid ${EQ} t.oid AND ${OF_ROLE}`;

/** Whether a policy of the role on the table `t` opens all rows to a command, as `pg_policy.polcmd` writes it. */
function opensAll(command: string): string {
  return `EXISTS (SELECT ${POLICIES} AND p.polpermissive AND p.polcmd ${EQ} ANY ('{${command},*}') AND pg_catalog.pg_get_expr(p.polqual, p.polrelid) ${EQ} 'true')`;
}

/** Reads the first table whose rows policies may hide from the role, and what is said of it. */
const READ_HIDING: readonly string[] = [
  'SELECT t.oid::pg_catalog.regclass,',
  `       coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.polname), ', ' ORDER BY p.polname) ${POLICIES}), 'none'),`,
  `       CASE WHEN pg_catalog.pg_has_role(t.relowner, 'USAGE') THEN 'NO FORCE' ELSE 'DISABLE' END`,
  '  INTO leaf, objects, remedy',
  `  FROM pg_catalog.pg_class t WHERE t.oid ${EQ} ANY (leaves::pg_catalog.oid[]) AND pg_catalog.row_security_active(t.oid)`,
  `   AND (NOT ${opensAll('r')}`,
  `        OR NOT ${opensAll('w')}`,
  `        OR EXISTS (SELECT ${POLICIES} AND NOT p.polpermissive)) ORDER BY t.oid LIMIT 1;`,
];

/**
 * Before a pass. Row-level security hides rows without an error, so rows would stay without a value; a policy whose
 * condition is `true` hides none.
 */
export function hiddenRowsLines(): readonly string[] {
  return [
    ...READ_HIDING,
    'IF FOUND THEN',
    `  RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',`,
    `    MESSAGE = pg_catalog.format('The backfill of %s has stopped: row-level security may hide rows of %s from the role %I', root, leaf, current_user),`,
    `    DETAIL = pg_catalog.format('Policies of %s for this role: %s', leaf, objects),`,
    `    HINT = pg_catalog.format('Migrate as a role that sees all rows, or let a superuser run: ALTER ROLE %I BYPASSRLS; or let the owner of the table run: ALTER TABLE %s %s ROW LEVEL SECURITY; Then run the revision again', current_user, leaf, remedy);`,
    'END IF;',
  ];
}

/**
 * Behind a pass that has found rows to fill. Where it could lock none of them, other sessions do. Where it filled some
 * and as many are left, something takes the values away again.
 *
 * @param count how many rows of a leaf are to fill, as an expression of SQL
 */
export function afterPassLines(count: string): readonly string[] {
  return [
    `IF seen ${EQ} 0 THEN`,
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
