import type { DataSource } from 'typeorm';
import { inlinedBy, NotOffline, textOf } from '../inlining.js';

/** A statement with its parameters written into it. @throws NotOffline */
export function inlined({ options }: DataSource, sql: string, parameters: readonly unknown[]): string {
  const write = options.type === 'better-sqlite3' ? real : plain;
  return inlinedBy({ language: 'sqlite', replace, write }, sql, parameters);
}

/** SQLite numbers names by where they stand first, whatever they say; that is too easily got wrong. */
function replace(text: string, write: (number: string | undefined) => string): string {
  if (/[$:@]\w/.test(text)) throw new NotOffline('it has named parameters; a script supports only ?');
  return text.replace(/\?(\d+)?/g, (_all, number: string | undefined) => write(number));
}

function plain(value: unknown): string {
  if (typeof value === 'boolean') return String(Number(value));
  if (typeof value === 'number' || typeof value === 'bigint') return value < 0 ? `(${value})` : String(value);
  return textOf(value);
}

/** That driver binds every number as a real one. */
function real(value: unknown): string {
  return typeof value === 'number' ? `CAST(${value} AS REAL)` : plain(value);
}
