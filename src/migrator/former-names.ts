/** The names that an object had before, as far as the texts of revisions show it. */

/** A name in quotes, also within a string of a source, or without. */
const NAME = String.raw`\\?"(?:[^"\\]|"")+\\?"|[\p{L}\p{N}_$]+`;

/** `a RENAME TO b`, and `RENAME a TO b` of a column or a constraint. */
const RENAMING = new RegExp(
  String.raw`(?:(${NAME})\s+RENAME|\bRENAME\s+(?:(?:COLUMN|CONSTRAINT)\s+)?(${NAME}))\s+TO\s+(${NAME})`,
  'giu',
);

/** The names of an object before a text runs, and those that it has in the text, from the names that it has afterwards. */
export function withFormerNames(names: readonly string[], text: string): readonly string[] {
  if (!/\brename\b/i.test(text)) return names;
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  for (const [, object, part, to] of [...text.matchAll(RENAMING)].reverse()) {
    const from = unquoted(object ?? part ?? '');
    if (known.has(unquoted(to ?? '').toLowerCase())) known.set(from.toLowerCase(), from);
  }
  return [...known.values()];
}

function unquoted(name: string): string {
  return name.replace(/^\\?"(.*?)\\?"$/su, '$1').replaceAll('""', '"');
}
