import { valueLiteral } from '../../sql/quote.js';
import { inlinedBy, textOf } from '../inlining.js';

/** A statement with its parameters written into it. @throws NotOffline */
export function inlined(sql: string, parameters: readonly unknown[]): string {
  return inlinedBy({ language: 'postgres', replace, write }, sql, parameters);
}

function replace(text: string, value: (number: string | undefined) => string): string {
  return text.replace(/\$(\d+)/g, (_all, number: string) => value(number));
}

/** A number is quoted as its driver sends it: as text whose type the server finds out. */
function write(value: unknown): string {
  if (typeof value === 'boolean') return String(value).toUpperCase();
  if (typeof value === 'number' || typeof value === 'bigint') return valueLiteral(String(value));
  if (value instanceof Date) return valueLiteral(value.toISOString().replace('T', ' ').replace('Z', '+00'));
  return textOf(value);
}
