import { foldSqliteName } from '../../../sql/identifiers.js';
import { plainWords } from '../../../sql/text.js';
import type { Session } from '../../session.js';

/** The copy of a rebuilt table as it is generated: the table, and the values that the new one gets. */
const COPY = /^INSERT INTO "temporary_(?:[^"]|"")+" \(.*\) SELECT (.*) FROM "((?:[^"]|"")+)"$/s;

/**
 * Runs what a revision runs, and warns where a rebuild changes values of rows: no UPDATE trigger fires then, so what
 * such a trigger derives from the rows, a search index for example, keeps the former values.
 */
export async function namingSilentTriggers(session: Session, body: () => Promise<void>): Promise<void> {
  const stopWatching = session.watch(async (sql, send) => {
    const table = changedIn(sql);
    const triggers = table === undefined ? [] : await updateTriggers(session, table);
    const result = await send();
    if (table !== undefined && triggers.length > 0) session.warn(wordsFor(table, triggers));
    return result;
  });
  await body().finally(stopWatching);
}

/** The table whose values the copy changes: one that only copies has names alone. */
function changedIn(sql: string): string | undefined {
  const [, values = '', table = ''] = COPY.exec(sql) ?? [];
  return /[^\s,]/.test(plainWords(values, 'sqlite').replace(/\b(?:_?rowid_?|oid)\b/gi, ''))
    ? table.replaceAll('""', '"')
    : undefined;
}

async function updateTriggers(session: Session, table: string): Promise<readonly string[]> {
  const rows = await session.below()(
    `SELECT name, tbl_name AS "table", sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY name`,
  );
  return rows
    .filter((row) => foldSqliteName(String(row['table'])) === foldSqliteName(table))
    .filter(({ sql }) =>
      /\bUPDATE\b.*?\bON\b/is.test(plainWords(String(sql), 'sqlite').split(/\bBEGIN\b/i)[0] ?? ''),
    )
    .map(({ name }) => String(name));
}

function wordsFor(table: string, triggers: readonly string[]): string {
  return (
    `The rebuild of ${table} changes values, and SQLite fires no UPDATE trigger for them: ${triggers.join(', ')}. ` +
    'What these triggers derive from the rows keeps the former values: rebuild a search index, or update the rows that they have to see.'
  );
}
