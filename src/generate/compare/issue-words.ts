/** Words for what valibot finds in a file that a person may have edited. */

/** A part of a path, as valibot gives it. */
interface PathItem {
  readonly key: unknown;
}

/** `schemas.sqlite.tables[0].columns` */
export function issuePlace(path: readonly PathItem[]): string {
  const keys = path.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return keys.join('').replace(/^\./, '');
}

/** How much of a wrong value is shown. */
const SHOWN = 40;

/** What is wrong at a place. */
export function issueWords(
  { expected, received }: { readonly expected: string | null; readonly received: string },
  place: string,
): string {
  if (expected === 'never') return `${place} is unknown`;
  if (received === 'undefined') return `${place} is missing`;
  const found = received.length > SHOWN ? `${received.slice(0, SHOWN)}...` : received;
  return `${place} must be ${expected ?? 'another value'}, not ${found}`;
}
