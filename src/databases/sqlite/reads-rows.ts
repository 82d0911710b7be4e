import { plainWords, withoutComments } from '../../sql/text.js';

/** TypeORM keeps views and generated columns in a table of its own. */
const CATALOG = /^(?:sqlite_(?:temp_)?(?:master|schema)|pragma_\w+|typeorm_metadata)$/i;

/** Whether the answer to a statement depends on rows. In doubt it does. */
export function readsRows(sql: string): boolean {
  const words = plainWords(sql, 'sqlite');
  // The rows that an INSERT has itself are known, except where it meets others.
  if (/\bRETURNING\b/i.test(words) && !/^INSERT INTO\b(?!.*\bON\s+CONFLICT\b)/is.test(words)) return true;
  const text = withoutComments(sql, 'sqlite');
  const names = [...text.matchAll(/\b(?:FROM|JOIN)\s+(?:["'`[]?\w+["'`\]]?\s*\.\s*)?["'`[]?(\w+)/gi)];
  return names.some(([, name = '']) => !CATALOG.test(name));
}
