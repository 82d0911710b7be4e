import fc from 'fast-check';

/** Some of a list, or all of it, in an order and a choice which the seed of fast-check decides. */
export function some<T>(list: readonly T[], count: number): readonly T[] {
  const exact = Math.min(count, list.length);
  const length = { minLength: exact, maxLength: exact };
  return fc.sample(fc.shuffledSubarray([...list], length), 1)[0] ?? [];
}
