/** A tree of the server's own parser, as plain data. */
export type Tree = unknown;

/** A node of it. */
export type Fields = Readonly<Record<string, Tree>>;

/** Whether it is a node. */
export function isFields(tree: Tree): tree is Fields {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

/** The parts of a name. */
export function namesIn(list: Tree): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Tree) => {
    const text = isFields(one) ? one['String'] : undefined;
    return isFields(text) ? String(text['sval']) : [];
  });
}

/** The values of a list or an array; undefined for anything else. */
export function listOf(tree: Tree): readonly Tree[] | undefined {
  const { List, A_ArrayExpr } = isFields(tree) ? tree : {};
  const items = isFields(List) ? List['items'] : isFields(A_ArrayExpr) ? A_ArrayExpr['elements'] : undefined;
  return Array.isArray(items) ? items : undefined;
}

/** Whether two trees are the same. */
export function isSame(one: Tree, other: Tree): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
