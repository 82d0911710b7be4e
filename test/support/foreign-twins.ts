import type { PostgresTarget } from '../../src/database-url.js';
import { withClient } from './failures.js';

/** What statements use. */
export interface Used {
  readonly functions: readonly string[];
  readonly operators: readonly string[];
}

/** Types that values of the catalogs and of the records have. */
const TYPES = [
  'name',
  'text',
  'varchar',
  '"char"',
  'bpchar',
  'oid',
  'regclass',
  'int2',
  'int4',
  'int8',
  'bool',
  'json',
  'int2[]',
  'int2vector',
  'oidvector',
  'oid[]',
  'timestamptz',
  'interval',
  'float8',
  'pg_constraint',
  'pg_index',
  'pg_node_tree',
];

/**
 * Creates, as a role that may create in `public`, a twin for each function and operator: of the same name, and with
 * every combination of types that the built-in does not have. Each counts its calls, as a sequence whatever becomes of
 * the transaction.
 */
export async function createTwins(
  target: PostgresTarget,
  { functions, operators }: Used,
  role: string,
): Promise<void> {
  await withClient(target, async (client) => {
    await client.query(`CREATE ROLE ${role}`);
    await client.query(`GRANT ${role} TO CURRENT_USER`);
    await client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${role}`);
    await client.query('CREATE SEQUENCE public.twin_calls');
    await client.query('GRANT USAGE ON SEQUENCE public.twin_calls TO PUBLIC');
    await client.query(`SET ROLE ${role}`);
    await client.query(maker(functions, operators));
  });
}

/** How often any of them was called. */
export async function twinCalls(target: PostgresTarget): Promise<number> {
  return withClient(target, async (client) => {
    const { rows } = await client.query<{ readonly calls: string }>(
      'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS calls FROM public.twin_calls',
    );
    return Number(rows[0]?.calls);
  });
}

/** What is asked for in a test alone: how many there are. */
export async function twinCount(target: PostgresTarget, role: string): Promise<number> {
  return withClient(target, async (client) => {
    const { rows } = await client.query<{ readonly twins: string }>(
      'SELECT count(*) AS twins FROM pg_proc WHERE proowner = $1::regrole',
      [role],
    );
    return Number(rows[0]?.twins);
  });
}

const array = (texts: readonly string[]) =>
  `ARRAY[${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')}]::text[]`;

/** A pair of types that a polymorphic built-in takes is refused; so is what exists. Up to three arguments. */
function maker(functions: readonly string[], operators: readonly string[]): string {
  const count = `'SELECT pg_catalog.nextval(''public.twin_calls''); SELECT NULL::%s'`;
  return `DO $do$
DECLARE f text; args text; made text; l text; r text;
BEGIN
  FOR f, args, made IN
    SELECT DISTINCT name, list.args, list.result FROM unnest(${array(functions)}) AS name
      CROSS JOIN LATERAL (
        SELECT format_type(p.prorettype, -1) AS result, p.pronargs AS n,
               (SELECT array_agg(format_type(t, -1) ORDER BY i) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u(t, i)) AS own
          FROM pg_proc p WHERE p.proname = name AND p.pronamespace = 'pg_catalog'::regnamespace) built
      CROSS JOIN LATERAL (
        SELECT CASE WHEN built.result ~ '^any|record|void|trigger' THEN 'text' ELSE built.result END AS result,
               concat_ws(', ', a, b, c) AS args
          FROM unnest(CASE WHEN built.n >= 1 THEN ${array(TYPES)} ELSE ARRAY[NULL] END) AS a
          CROSS JOIN unnest(CASE WHEN built.n < 2 THEN ARRAY[NULL] WHEN built.own[2] ~ '^any' THEN ${array(TYPES)} ELSE ARRAY[built.own[2], 'int4', 'text'] END) AS b
          CROSS JOIN unnest(CASE WHEN built.n < 3 THEN ARRAY[NULL] ELSE ARRAY[built.own[3]] END) AS c) list
  LOOP
    BEGIN
      EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE sql AS ' || quote_literal(format(${count}, made)), f, args, made);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
  FOR l, r IN SELECT a, b FROM unnest(${array(TYPES)}) a, unnest(${array(TYPES)}) b LOOP
    BEGIN
      EXECUTE format('CREATE FUNCTION public.compared_by_twin(%s, %s) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $twin$ BEGIN PERFORM pg_catalog.nextval(''public.twin_calls''); RETURN NULL; END $twin$', l, r);
    EXCEPTION WHEN OTHERS THEN CONTINUE;
    END;
    FOREACH f IN ARRAY ${array(operators)} LOOP
      BEGIN
        EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.compared_by_twin)', f, l, r);
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END LOOP;
  END LOOP;
END $do$`;
}
