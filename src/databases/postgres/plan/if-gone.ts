/** Parts that an earlier revision has made, made here only where a revision in between was reverted alone. */

import { dollarQuote, quoteLiteral } from '../../../sql/quote.js';
import { allowing, statement, type Statement } from '../../../sql/statement.js';
import { EQ } from '../../../sql/postgres-operators.js';
import type { IndexModel } from '../../../schema/model.js';
import type { PostgresNames } from './sql.js';

export const REASON = 'it is built here only if this revision alone was reverted';

/** Adds a constraint. */
export function constraintIfGone(path: string, name: string, add: Statement): Statement {
  const body =
    `BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conrelid ${EQ} ${quoteLiteral(path)}::pg_catalog.regclass` +
    ` AND c.conname ${EQ} ${quoteLiteral(name)}) THEN ${add.sql}; END IF; END`;
  return { ...add, sql: block(body, 'constraint') };
}

/** Creates an index. */
export function indexIfGone(names: PostgresNames, table: string, index: IndexModel): Statement {
  const path = quoteLiteral(names.indexPath(table, index.name));
  const create = names.createIndex(table, index, { concurrently: false });
  const body = `BEGIN IF pg_catalog.to_regclass(${path}) IS NULL THEN ${create}; END IF; END`;
  return allowing('create-index-blocking', REASON, statement(block(body, 'index')));
}

/** Does all of it in one statement, only where a query finds a row. */
export function whereFound(query: string, all: readonly Statement[]): Statement {
  const body = all.map(({ sql }) => `${sql};`).join(' ');
  return statement(block(`BEGIN IF EXISTS (${query}) THEN ${body} END IF; END`, 'found'), {
    locks: all.flatMap(({ locks }) => locks),
    hazards: [...new Set(all.flatMap(({ hazards }) => hazards))],
  });
}

function block(body: string, tag: string): string {
  const quote = dollarQuote(tag, body);
  return `DO ${quote} ${body} ${quote}`;
}
