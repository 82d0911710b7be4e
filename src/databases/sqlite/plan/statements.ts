import { quoteIdentifier } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';

/** DROP TABLE. */
export function dropTable(name: string): Statement {
  return statement(`DROP TABLE ${quoteIdentifier(name)}`, { hazards: ['drop-table'] });
}

/** DROP INDEX. */
export function dropIndex(name: string): Statement {
  return statement(`DROP INDEX ${quoteIdentifier(name)}`);
}

/** ALTER TABLE that gives a table another name. */
export function renameTable(from: string, to: string): Statement {
  return statement(`ALTER TABLE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`, {
    renamesTable: true,
  });
}
