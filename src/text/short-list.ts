/** As many names as a line of an error lists in full. */
const LISTED = 3;

/** Names for a sentence: all of up to three, otherwise the first, the last and how many there are. */
export function shortList(names: readonly string[]): string {
  if (names.length <= LISTED) return names.join(', ');
  return `${names[0]} ... ${names.at(-1)}, ${names.length} in all`;
}
