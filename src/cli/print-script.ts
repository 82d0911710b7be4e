import type { Io } from './io.js';
import { documentLines, verbatim } from './line.js';

/** Prints a script exactly into a file or a pipe. A terminal would obey its control characters, so they become escapes. */
export function printScriptText(script: string, io: Io): void {
  const shown = documentLines(script);
  if (!io.isOutputTerminal || shown.text === script) {
    io.out(verbatim(script));
    return;
  }
  io.out(shown);
  io.err(
    'note: The script contains control characters, shown here as escapes. To get it exactly, write it to a file: > script.sql',
  );
}
