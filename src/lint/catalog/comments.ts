import type { Action, ActionOf } from '../sql/action.js';
import type { Catalog, CatalogComment } from './catalog.js';
import { withKey, withoutKey } from './maps.js';

type Comments = Catalog['comments'];

/** The comments after an action. A comment is dropped with its column or its table, and follows their names. */
export function commentsAfter(comments: Comments, action: Action): Comments {
  switch (action.kind) {
    case 'set-comment':
      return withComment(comments, action);
    case 'drop-column':
      return withoutKey(comments, keyOf(action));
    case 'drop-table':
      return new Map([...comments].filter(([, { table }]) => table !== action.table));
    case 'rename-column':
      return renamed(comments, (comment) =>
        keyOf(comment) === keyOf(action) ? { ...comment, column: action.to } : comment,
      );
    case 'rename-table':
      return renamed(comments, (comment) =>
        comment.table === action.table ? { ...comment, table: action.to } : comment,
      );
    default:
      return comments;
  }
}

function withComment(comments: Comments, { table, column, comment }: ActionOf<'set-comment'>): Comments {
  return withKey(comments, keyOf({ table, column }), { table, column, text: comment });
}

function renamed(comments: Comments, rename: (comment: CatalogComment) => CatalogComment): Comments {
  if ([...comments.values()].every((comment) => rename(comment) === comment)) return comments;
  return new Map([...comments.values()].map(rename).map((comment) => [keyOf(comment), comment]));
}

function keyOf({ table, column }: Pick<CatalogComment, 'table' | 'column'>): string {
  return column === null ? `table ${table}` : `column ${table}.${column}`;
}
