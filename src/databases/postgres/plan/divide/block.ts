import { dollarQuote, quoteLiteral } from '../../../../sql/quote.js';
import { NEXT_LINE } from '../../../../sql/statement.js';

/** A block of PL/pgSQL about one table. */
interface TableBlock {
  /** The table, as SQL. */
  readonly path: string;
  /** Further declarations: types of pg_catalog are named with it. */
  readonly declared: readonly string[];
  readonly body: readonly string[];
}

/**
 * A block in which every name is that of pg_catalog, unless it has a schema: functions and operators of other schemas
 * have no part in it, and the server spells all names with their schemas. The search path is as before behind it.
 *
 * `target` is the table, and `place` its name as SQL.
 */
export function tableBlock(tag: string, { path, declared, body }: TableBlock): string {
  const lines = [
    'DECLARE',
    `  target CONSTANT pg_catalog.regclass := ${quoteLiteral(path)};`,
    "  former CONSTANT pg_catalog.text := pg_catalog.current_setting('search_path');",
    ...['place', 'problem', 'one'].map((name) => `  ${name} pg_catalog.text;`),
    ...declared.map((line) => `  ${line}`),
    'BEGIN',
    "  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);",
    '  place := target::text;',
    ...body.map((line) => `  ${line}`),
    "  PERFORM set_config('search_path', former, true);",
    'END',
  ].join(NEXT_LINE);
  const quote = dollarQuote(tag, lines);
  return [`DO ${quote}`, lines, quote].join(NEXT_LINE);
}

/** One of several queries, each in a line of its own. */
export function oneOf(queries: readonly string[]): string {
  return queries.join(`${NEXT_LINE}    UNION ALL `);
}

/** Ends the block with a message where a query of words finds some; `%1$s` in it is the table, `%2$s` are the words. */
export function refuseFound(query: string, message: string): readonly string[] {
  return [
    `SELECT string_agg(o.words, ', ' ORDER BY o.words) INTO problem FROM (${query}) AS o(words);`,
    'IF problem IS NOT NULL THEN',
    `  RAISE EXCEPTION USING MESSAGE = format(${quoteLiteral(message)}, place, problem);`,
    'END IF;',
  ];
}

/** Runs the statements of a list. */
export function runAll(list: string): string {
  return `FOREACH one IN ARRAY ${list} LOOP EXECUTE one; END LOOP;`;
}
