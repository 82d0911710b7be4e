import { tokenise, topLevel } from '../../../sql/tokens.js';

/** The text of a view, behind AS. */
export function textOfView(sql: string): string {
  const tokens = tokenise(sql, 'sqlite');
  const at = topLevel(tokens).find((index) => tokens[index]?.keyword === 'AS');
  return sql.slice(tokens[at ?? -1]?.end ?? 0).trim();
}
