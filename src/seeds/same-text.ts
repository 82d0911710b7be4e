import { Raw, type FindOperator } from 'typeorm';

/**
 * Compares a column with a text. The cast makes it `text = text`, which `pg_catalog` has: for `varchar = $1` PostgreSQL
 * would prefer an operator for two `varchar` that another role created in the search path, and run it as this role.
 * https://www.postgresql.org/docs/current/typeconv-oper.html
 */
export function sameText(value: string): FindOperator<string> {
  return Raw((column) => `CAST(${column} AS text) = :sameText`, { sameText: value }) as FindOperator<string>;
}
