/** Triggers that serve two releases until contract. */

import { BRIDGE_PREFIX } from '../../../../schema/bridge-trigger.js';
import { dollarQuote, quoteIdentifier } from '../../../../sql/quote.js';
import { NAME_BYTES, truncated } from '../../../../sql/identifiers.js';
import { NEXT_LINE, alterTable, statement, type Statement } from '../../../../sql/statement.js';
import { sha256 } from '../../../../text/sha256.js';
import type { PostgresNames } from '../sql.js';

/** How many digits of a hash tell long names apart. */
const DIGITS = 8;

/** A trigger of a table, and the lines of its function. */
export interface RowTrigger {
  readonly table: string;
  readonly name: string;
  readonly lines: readonly string[];
  /** The columns that it assigns, where the schema does not show them. */
  readonly columns?: readonly string[];
}

/** The name of a trigger and of its function, made of names. */
export function triggerName(...words: readonly string[]): string {
  const name = `${BRIDGE_PREFIX}${words.map((one) => one.slice(one.indexOf('.') + 1)).join('_')}`;
  if (truncated(name, NAME_BYTES) === name) return name;
  const hash = sha256(words.join('\0')).slice(0, DIGITS);
  return `${truncated(name, NAME_BYTES - DIGITS - 1)}_${hash}`;
}

/**
 * The function. Whatever the search path of a session is, every name in it is qualified, but for those of an expression
 * that the user gave.
 */
export function functionOf(
  names: PostgresNames,
  { table, name, lines, columns = [] }: RowTrigger,
): Statement {
  const body = ['#variable_conflict use_column', 'BEGIN', ...lines.map((line) => `  ${line}`), 'END'].join(
    NEXT_LINE,
  );
  const tag = dollarQuote('bridge', body);
  return statement(
    [
      `CREATE OR REPLACE FUNCTION ${names.indexPath(table, name)}() RETURNS pg_catalog.trigger LANGUAGE plpgsql AS ${tag}`,
      body,
      tag,
    ].join(NEXT_LINE),
    columns.length === 0 ? {} : { uses: columns.map((column) => ({ table, column })) },
  );
}

/** A trigger that also fires for what a subscription or a restore writes. */
export function createTrigger(names: PostgresNames, trigger: RowTrigger): readonly Statement[] {
  const { table, name } = trigger;
  const [path, quoted] = [names.path(table), quoteIdentifier(name)];
  const locks = [{ table: path, mode: 'SHARE ROW EXCLUSIVE' as const }];
  return [
    functionOf(names, trigger),
    statement(
      `CREATE TRIGGER ${quoted} BEFORE INSERT OR UPDATE ON ${path} FOR EACH ROW EXECUTE FUNCTION ${names.indexPath(table, name)}()`,
      { locks },
    ),
    alterTable(path, `ENABLE ALWAYS TRIGGER ${quoted}`, { locks }),
  ];
}

/** Drops a trigger and its function. */
export function dropTrigger(
  names: PostgresNames,
  { table, name }: Pick<RowTrigger, 'table' | 'name'>,
): readonly Statement[] {
  const path = names.path(table);
  return [
    statement(`DROP TRIGGER ${quoteIdentifier(name)} ON ${path}`, {
      locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }],
    }),
    statement(`DROP FUNCTION ${names.indexPath(table, name)}()`),
  ];
}
