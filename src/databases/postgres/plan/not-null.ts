/** NOT NULL constraints that are not as the server makes them: with a name of their own, NOT VALID or NO INHERIT. */

import type { ColumnModel } from '../../../schema/model.js';
import { EQ, NE } from '../../../sql/postgres-operators.js';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import {
  allowingHazard,
  alterTable,
  statement,
  validateConstraint,
  type Statement,
} from '../../../sql/statement.js';
import type { Operation } from './operation.js';
import { REGCLASS } from './sequences.js';
import { notNull } from './sql.js';

/** Adds what ADD COLUMN and CREATE TABLE cannot: a NOT NULL that no existing row is checked for. */
export function unvalidatedNotNull(path: string, column: ColumnModel): readonly Statement[] {
  if (column.notNull?.validated !== false) return [];
  return [alterTable(path, `ADD ${notNull(column)} NOT VALID`)];
}

/** Makes a column NOT NULL, with the name that the constraint had. */
export function setNotNull(path: string, column: ColumnModel): readonly Statement[] {
  const { name, notNull: own } = column;
  if (own?.inherited === false) return [alterTable(path, `ADD ${notNull(column)}`)];
  const set = alterTable(path, `ALTER COLUMN ${quoteIdentifier(name)} SET NOT NULL`);
  return own ? [set, named(path, name, own.name)] : [set];
}

/** Servers before version 18 have no such constraint, and nothing to rename. */
function named(path: string, column: string, name: string): Statement {
  const [table, own] = [quoteLiteral(path), quoteLiteral(name)];
  const body = [
    'DECLARE former text;',
    'BEGIN',
    '  FOR former IN SELECT k.conname FROM pg_catalog.pg_constraint k',
    `    JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} k.conrelid AND a.attnum ${EQ} k.conkey[1]`,
    `    WHERE k.conrelid ${EQ} ${table}${REGCLASS} AND k.contype ${EQ} 'n' AND a.attname ${EQ} ${quoteLiteral(column)}`,
    `    AND k.conname ${NE} ${own} LOOP`,
    `    EXECUTE pg_catalog.format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', ${table}, former, ${own});`,
    '  END LOOP;',
    'END',
  ];
  const tag = dollarQuote('name', body.join());
  return statement([`DO ${tag}`, ...body, tag].join('\n        '), {
    locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }],
  });
}

/** The rows that are there get a value, and are checked without blocking queries. */
export function validateNotNull(
  path: string,
  live: ColumnModel,
  { reason, rest }: { readonly reason: string; readonly rest: readonly Statement[] },
): Operation {
  const name = quoteIdentifier(live.notNull?.name ?? '');
  return {
    phase: 'validate',
    step: 'alter',
    alone: false,
    reason,
    up: [...rest, validateConstraint(path, name)],
    down: [alterTable(path, `DROP CONSTRAINT ${name}`), ...unvalidatedNotNull(path, live)],
  };
}

/** Of a foreign table: PostgreSQL reads no row for it, and relies on the other server. */
export function promiseNotNull(
  path: string,
  { live, desired }: { readonly live: ColumnModel; readonly desired: ColumnModel },
  reason: string,
): Operation {
  const drop = alterTable(path, `ALTER COLUMN ${quoteIdentifier(desired.name)} DROP NOT NULL`, {
    hazards: ['drop-not-null'],
  });
  const to = (side: ColumnModel) => (side.nullable ? [drop] : setNotNull(path, side));
  return {
    ...{ phase: 'main', step: 'alter', alone: false, reason },
    up: to(desired).map(nullAllowed),
    down: to(live),
  };
}

/** A statement, with its exception where it makes a column nullable. */
export function nullAllowed(one: Statement): Statement {
  return allowingHazard('drop-not-null', 'the entities declare it nullable', one);
}
