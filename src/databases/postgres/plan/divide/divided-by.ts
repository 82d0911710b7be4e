import { unquote } from '../../../../sql/tokens.js';

const TABLE = String.raw`^\s*DO \$(?:divide|unite)\w*\$\s+DECLARE\s+target CONSTANT pg_catalog\.regclass := '((?:[^']|'')+)';`;
const BLOCK = new RegExp(TABLE);
const KEY = /PARTITION BY RANGE \(%I\)%s', place, target, '((?:[^']|'')+)'/;

/** The table that a block of this folder divides, and by which column; null where it is plain again. */
export function dividedBy(
  sql: string,
): { readonly table: readonly string[]; readonly key: string | null } | undefined {
  const [, path] = BLOCK.exec(sql) ?? [];
  if (path === undefined) return undefined;
  const [, key] = KEY.exec(sql) ?? [];
  const names = path.replaceAll("''", "'").match(/"(?:[^"]|"")+"/g) ?? [];
  return { table: names.map(unquote), key: key?.replaceAll("''", "'") ?? null };
}
