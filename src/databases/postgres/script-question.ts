/** In a script for psql, a query whose answers are statements. */

import { valueLiteral } from '../../sql/quote.js';
import type { ScriptStep } from '../script/script.js';
import { isConcurrentSql } from './concurrent-index.js';
import { TAG } from './script-assertion.js';

/**
 * psql has no loop: the query is asked twice, since a partition may be made meanwhile, and the script stops where
 * something is left even then. A statement that others wait behind gets a limit on its own wait.
 */
export function askedTwice(query: string, { id, answerTimeoutMs, limits }: ScriptStep): readonly string[] {
  const limited = `ARRAY['SET lock_timeout = ${answerTimeoutMs}', q.statement, 'SET lock_timeout = ${limits.lockTimeoutMs}']`;
  const each = `CASE WHEN ${isConcurrentSql('q.statement')} THEN ARRAY[q.statement] ELSE ${limited} END`;
  const asked = `SELECT pg_catalog.unnest(${each}) FROM (${query}) AS q(statement) \\gexec`;
  const words = `${id}: some partitions are not done yet. Run this script from here again.`;
  return [
    asked,
    asked,
    `DO ${TAG} BEGIN IF EXISTS (${query}) THEN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)}; END IF; END ${TAG};`,
  ];
}
