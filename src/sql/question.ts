/**
 * Statements that are known only when they run: a query whose answers are statements. It ends with psql's `\gexec`,
 * which sends the answers; the migrator does the same.
 * https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMAND-GEXEC
 */

import { stretchesOf } from './text.js';

const END = /\s*\\gexec\s*$/;

/** The query of such a statement, without its end; undefined for any other one. */
export function questionIn(statement: string): string | undefined {
  if (!END.test(statement)) return undefined;
  const isWord = stretchesOf(statement, 'postgres').at(-1)?.kind === 'plain';
  return isWord ? statement.replace(END, '') : undefined;
}

/** The text of such a statement. */
export function question(query: string): string {
  return `${query} \\gexec`;
}

/** A query answers with the same statements after they ran. */
class AnswersRepeatedError extends Error {
  constructor(first: string) {
    super(`its query answers with the same statements after they ran, the first of them is: ${first}`);
  }
}

/**
 * Sends a statement. The answers of a query are sent one by one, and the query again, until it answers with nothing:
 * another session may have made a partition meanwhile.
 *
 * @param query sends one statement, and gives its rows
 */
export async function sendStatement(
  statement: string,
  query: (sql: string) => Promise<unknown>,
): Promise<void> {
  const asked = questionIn(statement);
  if (asked === undefined) {
    await query(statement);
    return;
  }
  for (let former = ''; ;) {
    const answers = answersIn(await query(asked));
    const [first] = answers;
    if (first === undefined) return;
    if (answers.join('\n') === former) throw new AnswersRepeatedError(first);
    for (const sql of answers) await query(sql);
    former = answers.join('\n');
  }
}

/** Row by row, column by column; psql passes over NULL as well. */
function answersIn(rows: unknown): readonly string[] {
  const list = Array.isArray(rows) ? (rows as readonly Readonly<Record<string, string | null>>[]) : [];
  return list.flatMap((row) => Object.values(row)).filter((value) => value !== null);
}
