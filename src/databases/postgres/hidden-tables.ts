import { messageOf } from '../../errors/base.js';
import { TableHiddenError } from '../../errors/server.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import type { Row } from '../row.js';

/** In the error of the assertion, before JSON. */
const MARK = 'orchestrator_db: hidden tables ';

/** SQL: relations `c` of the search path, in their schemas `n`. */
const OF_PATH = `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace AND n.nspname ${EQ} ANY (pg_catalog.current_schemas(false))`;
const OF_SESSION = `pg_catalog.pg_my_temp_schema() ${NE} 0::pg_catalog.oid AND t.relnamespace ${EQ} pg_catalog.pg_my_temp_schema()`;
const PAIR = `'pg_temp.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "temporary", pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "hidden"`;

/**
 * Whether a temporary relation of the session has the name of another one in the search path: the server looks for a
 * name among the temporary ones first, and a pooler hands them on to its next client. A revision may create the other
 * one, so it is looked at again before its record.
 */
export class HiddenTables {
  /** The temporary relations that the session had before the revision. */
  #names: readonly string[] = [];

  /** Asks for what `note` takes: one hidden relation, NULL where there is none, and all temporary ones. */
  readonly sql = `SELECT found."temporary", found."hidden", (SELECT pg_catalog.json_agg(t.relname)::pg_catalog.text FROM pg_catalog.pg_class t WHERE ${OF_SESSION}) AS "temporaries" FROM (SELECT 1) one LEFT JOIN LATERAL (
  SELECT ${PAIR} FROM pg_catalog.pg_class t JOIN ${OF_PATH} ON c.relname ${EQ} t.relname WHERE ${OF_SESSION} ORDER BY 2 LIMIT 1) found ON true`;

  /** @throws TableHiddenError */
  note({ temporary, hidden, temporaries }: Row): void {
    if (typeof temporary === 'string') throw new TableHiddenError({ temporary, hidden: String(hidden) });
    this.#names = typeof temporaries === 'string' ? (JSON.parse(temporaries) as readonly string[]) : [];
  }

  /**
   * SQL that fails where the path has one of these names now, see `rejectHidden`; nothing where the session had none.
   * The revision may have dropped the temporary relation where it meant its own.
   */
  get assertion(): readonly string[] {
    if (this.#names.length === 0) return [];
    const names = this.#names.map(postgresLiteral).join(', ');
    const found = `SELECT pg_catalog.row_to_json(f)::pg_catalog.text FROM (SELECT ${PAIR} FROM ${OF_PATH} WHERE c.relname ${EQ} ANY (ARRAY[${names}]::pg_catalog.name[]) ORDER BY 1 LIMIT 1) f`;
    return [
      `SELECT CAST(coalesce(${postgresLiteral(MARK)} ${JOINED} (${found}), '1') AS pg_catalog.int4) AS "visible"`,
    ];
  }
}

/** Throws the error of a message, TableHiddenError for that of the assertion. @param left what is left, in words */
export function rejectHidden(error: unknown, left: string): never {
  const [, words] = messageOf(error).split(MARK);
  const [json] = /^\{.*\}/s.exec(words ?? '') ?? [];
  if (json === undefined) throw error;
  throw new TableHiddenError(JSON.parse(json) as TableHiddenError['found'], left);
}
