/** The bounds of partitions as data. */

/** A constant of a bound; null has no end, or is NULL in a list, and undefined is an expression. */
export type BoundValue = string | number | boolean | null | undefined;

/** Which rows a partition takes. */
export type PartitionBound =
  | { readonly kind: 'default' | 'hash' }
  | { readonly kind: 'list'; readonly values: readonly BoundValue[] }
  | { readonly kind: 'range'; readonly lower: readonly BoundValue[]; readonly upper: readonly BoundValue[] };
