import type { SqlLanguage } from '../../sql/lexer.js';
import { questionIn } from '../../sql/question.js';
import type { Parser } from '../../databases/postgres/parse/parser.js';
import { readStatement, type StatementFacts } from './read-statement.js';
import { sqliteFacts } from './sqlite.js';

/** What is read of a statement, by the rules of its language. */
export function readSql(language: SqlLanguage, parser: Parser, sql: string): StatementFacts {
  switch (language) {
    case 'postgres':
      // What such a query answers with is known only when it runs.
      return readStatement(parser, questionIn(sql) ?? sql);
    case 'sqlite':
      return sqliteFacts(sql);
  }
}
