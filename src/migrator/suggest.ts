const SHOWN = 3;
/** The share of its letters in which a word may differ. */
const DIFFERENT = 1 / 3;

/**
 * Up to three names like a word, or with a part like it, most like it first. The stamp at the end of a name counts only
 * if the word has one.
 */
export function suggest(word: string, names: readonly string[]): readonly string[] {
  const shorten = /\d{13}$/.test(word)
    ? (name: string) => name
    : (name: string) => name.replace(/\d{13}$/, '');
  return names
    .map((name) => ({ name, distance: partialDistance(word.toLowerCase(), shorten(name).toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.ceil(word.length * DIFFERENT))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SHOWN)
    .map(({ name }) => name);
}

/** How many letters to insert, delete or replace to get any part of a name (Levenshtein, as Sellers varies it). */
export function partialDistance(word: string, name: string): number {
  let row = Array.from({ length: name.length + 1 }, () => 0);
  for (let i = 1; i <= word.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= name.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (word[i - 1] === name[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(...row);
}
