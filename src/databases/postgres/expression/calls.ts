import { withQuoted } from '../../../sql/text.js';

/** Words before a parenthesis that call no function. */
const NO_CALLS = new Set(
  (
    'all and any array as asymmetric between bit both by case cast char character coalesce collate current_time current_timestamp dec ' +
    'decimal distinct else end escape except exists filter float from greatest group ilike in intersect interval is isnull leading least ' +
    'like limit localtime localtimestamp nchar not notnull nullif numeric on or order over second select similar some symmetric then time ' +
    'timestamp to trailing union using values varchar varying when where with within row'
  ).split(' '),
);

/** A name and its parenthesis; behind `::` or AS it is a type. */
const CALL = /(::\s*|\bas\s+)?([\w$\u0080-\uffff]+(?:\s*\.\s*[\w$\u0080-\uffff]+)*)\s*\(/gi;

/** The functions that an expression calls by name, without their schema, in lower case; as often as it calls them. */
export function callsIn(sql: string): readonly string[] {
  const bare = withQuoted(sql, 'postgres', (piece) =>
    piece.startsWith('"') ? piece.slice(1, -1).replace(/[^\w$\u0080-\uffff]/g, '_') : ' ',
  );
  return [...bare.matchAll(CALL)].flatMap(([, type, path = '']) => {
    const name = path.split('.').at(-1)?.trim().toLowerCase() ?? '';
    return type !== undefined || NO_CALLS.has(name) || /^\d/.test(name) ? [] : name;
  });
}

/** What the parser makes of LIKE ... ESCAPE, SIMILAR TO, IS NORMALIZED and OVERLAPS, and shows as calls. */
const SYNTAX = new Set(['like_escape', 'similar_to_escape', 'similar_escape', 'is_normalized', 'overlaps']);

/**
 * The functions that an expression calls and its plan does not: the planner has put their value in their place.
 *
 * @param plan the expression as the plan shows it
 */
export function foldedCalls(sql: string, plan: string): readonly string[] {
  const left = [...callsIn(plan)];
  return callsIn(sql)
    .filter((name) => {
      const at = left.indexOf(name);
      if (at >= 0) left.splice(at, 1);
      return at < 0 && !SYNTAX.has(name);
    })
    .sort();
}
