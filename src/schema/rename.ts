/** A confirmed rename: `jobs.task_description` is now `jobs.description`. */
export type Rename =
  | { readonly kind: 'table'; readonly from: string; readonly to: string }
  | { readonly kind: 'column'; readonly table: string; readonly from: string; readonly to: string }
  /** An enumerated type; its column has it under both names, so the rename needs no confirmation. */
  | { readonly kind: 'type'; readonly from: string; readonly to: string }
  /** A value of an enumerated column, by the name that the column has afterwards. */
  | {
      readonly kind: 'value';
      readonly table: string;
      readonly column: string;
      readonly from: string;
      readonly to: string;
      /** Whether the type has the new value before and after: rows get it, and nothing is renamed. */
      readonly joins?: true;
    };

/** A part of a table is known by the new name of the table. */
export const RENAME_ORDER: readonly Rename['kind'][] = ['table', 'type', 'column', 'value'];

/** The rename in words. */
export function describeRename(rename: Rename): string {
  const { from, to } = rename;
  switch (rename.kind) {
    case 'table':
      return `${to}: table renamed from ${from}`;
    case 'type':
      return `${to}: enum renamed from ${from}`;
    case 'column':
      return `${rename.table}.${to}: column renamed from ${from}`;
    case 'value':
      return rename.joins
        ? `${rename.table}.${rename.column}: rows with ${from} get ${to}`
        : `${rename.table}.${rename.column}: value ${to}, renamed from ${from}`;
  }
}

/**
 * The renames one by one, such that no new name is in use: a chain starts at its end, and a circle uses a temporary
 * name.
 */
export function renameSteps(renames: readonly Rename[]): readonly Rename[] {
  const left = [...renames];
  const steps: Rename[] = [];
  while (left.length > 0) {
    const at = left.findIndex(
      ({ kind }, index) => !left.some((one) => one.kind === kind && takes(left[index], one)),
    );
    const [next] = left.splice(Math.max(at, 0), 1);
    if (!next) break;
    if (at >= 0) steps.push(next);
    else {
      const between = `${next.from}_renamed`;
      steps.push({ ...next, to: between });
      left.push({ ...next, from: between });
    }
  }
  return [...steps].sort((a, b) => RENAME_ORDER.indexOf(a.kind) - RENAME_ORDER.indexOf(b.kind));
}

function takes(rename: Rename | undefined, other: Rename): boolean {
  const scope = (one: Rename) =>
    JSON.stringify([one.kind, 'table' in one && one.table, 'column' in one && one.column]);
  return (
    rename !== undefined && rename !== other && rename.to === other.from && scope(rename) === scope(other)
  );
}
