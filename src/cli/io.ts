import type { WriteLine } from '../logger.js';
import type { Environment } from '../settings.js';

/** Everything outside that a command may touch. */
export interface Io {
  /** Standard output, a line. */
  readonly out: WriteLine;
  /** Standard error, a line. */
  readonly err: WriteLine;
  /** All of standard input; undefined where it is a terminal. */
  readonly readInput: (() => Promise<string>) | undefined;
  readonly env: Environment;
  /** Whether a person watches: colour and progress only then. */
  readonly isTerminal: boolean;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
}

/** See DESIGN: 0 fine, 1 failure, 2 findings, 64 usage. */
export type ExitCode = 0 | 1 | 2 | 64;

/** Green, red or faint text on a terminal, plain text elsewhere. */
export function paint(io: Io, style: 'good' | 'bad' | 'faint', text: string): string {
  const codes = { good: 32, bad: 31, faint: 2 };
  return io.isTerminal ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}
