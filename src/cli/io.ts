import type { Clock } from '../clock.js';
import type { WriteLine } from '../logger.js';
import type { Environment } from '../settings.js';

/** Everything outside that a command may touch. */
export interface Io extends Clock {
  /** Standard output, a line. */
  readonly out: WriteLine;
  /** Standard error, a line. */
  readonly err: WriteLine;
  /** All of standard input; undefined where it is a terminal. */
  readonly readInput: (() => Promise<string>) | undefined;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly env: Environment;
  /** Whether a person watches: colour and progress only then. */
  readonly isTerminal: boolean;
  /** Shows a line that the next line replaces; only on a terminal. */
  readonly showLive: (line: string) => void;
  /**
   * Runs what must not be cut off in the middle: Ctrl-C and SIGTERM abort the signal, with a MigrationAbortedError, and
   * end the process only when they come a second time.
   */
  readonly whileStoppable: <T>(use: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** 0 fine, 1 failure, 2 findings, 3 refused as unsafe, 64 usage. */
export type ExitCode = 0 | 1 | 2 | 3 | 64;

/** Green, red or faint text on a terminal, plain text elsewhere. */
export function paint(io: Io, style: 'good' | 'bad' | 'faint', text: string): string {
  const codes = { good: 32, bad: 31, faint: 2 };
  return io.isTerminal ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}
