import type { Documents } from './documents/index.js';
import type { Io } from './io.js';

/** Prints the one document of `--json`, whose schema is in documents/. */
export function printDocument<Name extends keyof Documents>(
  io: Io,
  _name: Name,
  document: Documents[Name],
): void {
  io.out(JSON.stringify(document));
}
