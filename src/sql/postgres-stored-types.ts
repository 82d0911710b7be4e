import type { PostgresType } from './postgres-types.js';

/** A key of an index that is a column. */
interface ColumnKey {
  readonly column: string | null;
  /** Null is the default of the type. */
  readonly opclass: string | null;
}

/** Operator classes that take any type of a kind, and are the default for one; an extension's store a type of their own. */
const OF_ANY = /(?:^|\.)"?(?:array|range|multirange|enum|record)_ops"?$/;

/** Which types an index of that method stores as another type than that of the column. */
const STORED_APART: Readonly<Record<string, (type: PostgresType) => boolean>> = {
  // The elements.
  gin: ({ array }) => array,
  // A number.
  hash: ({ array, name }) => array || /range$|^enum /.test(name),
  // A range.
  gist: ({ array, name }) => !array && name.endsWith('multirange'),
};

/**
 * Whether an index stores another type than that of a column, with an operator class for any type of a kind. PostgreSQL
 * takes the two for different ones, so it rebuilds the index for each change of a type in it, whatever it is.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/indexcmds.c (CheckIndexCompatible)
 */
export function storesAnotherType(
  { method, keys }: { readonly method: string; readonly keys: readonly ColumnKey[] },
  typeOf: (column: string) => PostgresType | null,
): boolean {
  return keys.some(({ column, opclass }) => {
    const type = column === null ? null : typeOf(column);
    const isOfAny = opclass === null || OF_ANY.test(opclass);
    return type !== null && isOfAny && STORED_APART[method]?.(type) === true;
  });
}
