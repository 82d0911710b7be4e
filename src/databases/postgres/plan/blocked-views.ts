/** What a statement of a plan changes that PostgreSQL refuses while a view reads it. */

import type { Statement } from '../../../sql/statement.js';
import { tokenise, written, type Token } from '../../../sql/tokens.js';
import type { PostgresNames } from './sql.js';
import type { PlannedView } from './view-states.js';

/** A column, a table, or a type. */
export type Blocked =
  | {
      readonly kind: 'column';
      readonly path: string;
      /** Null for the whole table. */ readonly column: string | null;
    }
  | { readonly kind: 'type'; readonly path: string };

/** Reads a statement that the plan itself has written. */
export function blockedBy({ sql, replaces }: Statement): readonly Blocked[] {
  if (replaces) return [{ kind: 'column', path: replaces.table, column: replaces.column }];
  if (!/\b(?:DROP|TYPE|EXPRESSION)\b/.test(sql)) return [];
  const tokens = tokenise(sql, 'postgres');
  const [verb, noun] = tokens.map(({ keyword }) => keyword);
  const { path, rest } = pathAt(tokens, 2);
  if (verb === 'DROP' && noun === 'TABLE') return [{ kind: 'column', path, column: null }];
  if (noun === 'TYPE') return isReplaced(verb, rest) ? [{ kind: 'type', path }] : [];
  return verb === 'ALTER' && noun === 'TABLE'
    ? columnsIn(rest).map((column) => ({ kind: 'column', path, column }))
    : [];
}

/** Whether PostgreSQL refuses it while the view is there. */
export function isBlocked(view: PlannedView, block: Blocked, names: PostgresNames): boolean {
  if (block.kind === 'type') return view.types.some((type) => names.path(type) === block.path);
  return view.uses.some(
    ({ table, columns }) =>
      names.path(table) === block.path && (block.column === null || columns.includes(block.column)),
  );
}

function isReplaced(verb: string | undefined, [first, second]: readonly Token[]): boolean {
  return verb === 'DROP' || (verb === 'ALTER' && first?.keyword === 'RENAME' && second?.keyword === 'TO');
}

/** The name of an object, which may have its schema before it. */
function pathAt(
  tokens: readonly Token[],
  at: number,
): { readonly path: string; readonly rest: readonly Token[] } {
  const [first, dot, second] = tokens.slice(at);
  if (!first) return { path: '', rest: [] };
  return dot?.text === '.' && second
    ? { path: `${written(first)}.${written(second)}`, rest: tokens.slice(at + 3) }
    : { path: written(first), rest: tokens.slice(at + 1) };
}

function columnsIn(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ keyword }, index) => {
    const [noun, name, what, more] = tokens.slice(index + 1);
    if (noun?.keyword !== 'COLUMN' || !name) return [];
    const isRetyped =
      keyword === 'ALTER' &&
      (what?.keyword === 'TYPE' ||
        (what?.keyword === 'SET' && ['DATA', 'EXPRESSION'].includes(more?.keyword ?? '')));
    return keyword === 'DROP' || isRetyped ? [name.text] : [];
  });
}
