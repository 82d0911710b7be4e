import type { ActionOf, ColumnFact, TypeFact } from './action.js';

/** Actions by which a column gets its type. */
type TypingAction = ActionOf<'create-table' | 'add-column' | 'change-type'>;

/** Kinds of these actions. */
export const TYPING = ['create-table', 'add-column', 'change-type'] as const;

/** Where numbers of these types end. */
export const LARGEST: Readonly<Record<string, string>> = { int4: '2,147,483,647', int2: '32,767' };

/** The columns that an action gives a type, with it. */
export function typedColumns(
  action: TypingAction,
): readonly { readonly name: string; readonly type: TypeFact; readonly written: ColumnFact | null }[] {
  if (action.kind === 'change-type') return [{ name: action.column, type: action.type, written: null }];
  const columns = action.kind === 'create-table' ? action.columns : [action.column];
  return columns.map((column) => ({ name: column.name, type: column.type, written: column }));
}
