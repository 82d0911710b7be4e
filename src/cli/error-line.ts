import { shortLine } from '../text/one-line.js';

/** An error may quote the whole statement that failed, with a row of a megabyte in it. */
const LENGTH = 1000;

/** A noted error in one line of a list. A document has all of it. */
export function errorLine(error: string): string {
  return shortLine(error, LENGTH);
}
