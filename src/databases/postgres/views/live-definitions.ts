import { EQ } from '../../../sql/postgres-operators.js';
import { postgresLiteral } from '../../../sql/quote.js';
import { withoutSchema } from '../../../sql/view-text.js';
import type { ViewColumn } from '../../../schema/model.js';
import type { LiveDefinitions } from '../../catalog.js';
import type { ReadAll } from '../../live-schema.js';

interface Row {
  readonly name: string;
  readonly materialized: boolean;
  readonly definition: string;
  readonly checkOption: string | null;
  readonly outputs: readonly ViewColumn[] | null;
}

const VERSION = `SELECT (pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog./) 10000)::pg_catalog.text AS version`;

/**
 * What the server says of each, as with an empty search path: it needs no right on a view, on its schema or on what it
 * reads. `to_regclass` would need the schema.
 */
export async function definedPostgresViews(
  readAll: ReadAll,
  names: readonly string[],
  defaultSchema: string,
): Promise<LiveDefinitions> {
  const wanted = names.map((name) => {
    const dot = name.indexOf('.');
    const schema = dot < 0 ? defaultSchema : name.slice(0, dot);
    return `(${[name, schema, name.slice(dot + 1)].map(postgresLiteral).join(', ')})`;
  });
  const [, rows = [], versions = []] = (await readAll([
    "SET LOCAL search_path = ''",
    `SELECT v.name, c.relkind ${EQ} 'm' AS materialized, pg_catalog.pg_get_viewdef(c.oid) AS definition,
       (SELECT o.option_value FROM pg_catalog.pg_options_to_table(c.reloptions) o WHERE o.option_name ${EQ} 'check_option') AS "checkOption",
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped) AS outputs
       FROM (VALUES ${wanted.join(', ')}) AS v(name, "schema", relation)
       JOIN pg_catalog.pg_namespace n ON n.nspname ${EQ} v."schema"
       JOIN pg_catalog.pg_class c ON c.relnamespace ${EQ} n.oid AND c.relname ${EQ} v.relation AND c.relkind ${EQ} ANY ('{v,m}')`,
    VERSION,
  ])) as unknown as readonly [unknown, Row[]?, { readonly version: string }[]?];
  return {
    version: versions[0]?.version ?? '',
    views: rows.map(({ definition, outputs, ...row }) => ({
      ...row,
      definition: withoutSchema(definition, defaultSchema),
      outputs: (outputs ?? []).map(({ name, type }) => ({ name, type: withoutSchema(type, defaultSchema) })),
    })),
  };
}
