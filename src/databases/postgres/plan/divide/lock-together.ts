import { dollarQuote } from '../../../../sql/quote.js';
import { lockTable, NEXT_LINE, statement, type Statement } from '../../../../sql/statement.js';

/** So long one try waits for each table: others that wait behind it, and hold the next table, cannot go on before. */
const WAIT = '100ms';

/** So many tries there are before the revision as a whole is tried again. */
const TRIES = 20;

/**
 * Locks several tables against all others, in several tries that keep no lock where they fail. The server removes
 * triggers of a foreign key from both of its tables, for which it locks both. Applications use these in either order, so
 * a try that waits for the second table is likely to wait for one who waits for the first.
 */
export function lockTogether(paths: readonly string[]): Statement {
  const [only, ...others] = paths;
  if (only === undefined || others.length === 0) return lockTable(only ?? '', 'ACCESS EXCLUSIVE');
  const lines = [
    `DECLARE former CONSTANT pg_catalog.text := pg_catalog.current_setting('lock_timeout');`,
    'BEGIN',
    `  PERFORM pg_catalog.set_config('lock_timeout', '${WAIT}', true);`,
    `  FOR try IN 1..${TRIES} LOOP`,
    '    BEGIN',
    ...paths.map((path) => `      LOCK TABLE ${path} IN ACCESS EXCLUSIVE MODE;`),
    `      PERFORM pg_catalog.set_config('lock_timeout', former, true);`,
    '      RETURN;',
    '    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN',
    '      PERFORM pg_catalog.pg_sleep(0.05);',
    '    END;',
    '  END LOOP;',
    `  RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = 'canceling statement due to lock timeout';`,
    'END',
  ].join(NEXT_LINE);
  const quote = dollarQuote('locks', lines);
  return statement([`DO ${quote}`, lines, quote].join(NEXT_LINE), {
    locks: paths.map((table) => ({ table, mode: 'ACCESS EXCLUSIVE' as const })),
  });
}
