import type { Node, RangeVar } from 'libpg-query';

/** The text of a node that is one. */
export function textOf(node: Node | undefined): string {
  return node !== undefined && 'String' in node ? (node.String.sval ?? '') : '';
}

/** The texts of a list of them. */
export function textsOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map(textOf);
}

/** A name that may have a schema in front; `public` is left out. */
export function qualified(parts: readonly string[]): string {
  const [schema, ...rest] = parts;
  return schema === 'public' && rest.length > 0 ? rest.join('.') : parts.join('.');
}

/** The name of a table or an index. */
export function relationName(relation: RangeVar | undefined): string {
  const { schemaname, relname = '' } = relation ?? {};
  return qualified(schemaname === undefined ? [relname] : [schemaname, relname]);
}

/** The last part of a name. */
export function unqualified(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** With its point; empty where none is written. */
export function schemaOf(name: string): string {
  return name.slice(0, name.length - unqualified(name).length);
}
