const SHOWN = 3;

/**
 * The three names most like a word, most like it first. The stamp at the end of a name counts only if the word has one.
 */
export function suggest(word: string, names: readonly string[]): readonly string[] {
  const shorten = /\d{13}$/.test(word)
    ? (name: string) => name
    : (name: string) => name.replace(/\d{13}$/, '');
  return names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), shorten(name).toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SHOWN)
    .map(({ name }) => name);
}

/** How many letters to insert, delete or replace (Levenshtein). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
