import { stretchesOf } from '../../sql/text.js';
import { tokenise } from '../../sql/tokens.js';

/**
 * What is written from a place on: up to a comma or a parenthesis that ends it, or to the end of the statement.
 *
 * @param at in bytes, as the parser counts
 */
export function clauseAt(sql: string, at: number): string {
  const text = Buffer.from(sql).subarray(at).toString();
  let depth = 0;
  for (const { kind, text: symbol, start } of tokenise(text, 'postgres')) {
    if (kind !== 'symbol') continue;
    if (depth === 0 && /^[,;)]$/.test(symbol)) return text.slice(0, start).trim();
    depth += symbol === '(' ? 1 : symbol === ')' ? -1 : 0;
  }
  return text.trim();
}

/** A statement in one line, without comments and what stands behind its end; texts and names stay as they are. */
export function oneLine(sql: string): string {
  let line = '';
  for (const { text, kind } of stretchesOf(sql, 'postgres')) {
    const words = kind === 'comment' ? ' ' : text.replace(/\s+/g, ' ');
    line += kind === 'quoted' ? text : line.endsWith(' ') ? words.trimStart() : words;
  }
  return line.replace(/[\s;]+$/, '').trim();
}
