import type { Clock } from '../clock.js';
import type { WriteLine } from '../logger.js';
import type { Environment } from '../settings.js';
import { painted, rawOf, type Style, type Text } from './line.js';

/** Everything outside that the command line uses. It writes its texts unchanged. */
export interface Terminal extends Clock {
  /** Milliseconds since 1970, for how long ago something was. */
  readonly today: () => number;
  /** Standard output, a line. */
  readonly out: WriteLine;
  /** Standard error, a line. */
  readonly err: WriteLine;
  /** All of standard input; nothing where it is a terminal. */
  readonly readInput: (() => Promise<string | undefined>) | undefined;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /**
   * Lets the person choose an answer by arrow keys, and returns its place in the list, or undefined where the person
   * stops; undefined itself where the terminal cannot move its cursor.
   */
  readonly choose:
    ((question: string, answers: readonly string[]) => Promise<number | undefined>) | undefined;
  readonly env: Environment;
  /** Whether a person watches on a terminal that can replace a line. */
  readonly isTerminal: boolean;
  /** Whether output is coloured. */
  readonly isColoured: boolean;
  /** How many characters fit on a line of standard output; undefined where it is no terminal, or does not know. */
  readonly columns: number | undefined;
  /** Whether standard output is a terminal, wherever standard error goes. */
  readonly isOutputTerminal: boolean;
  /** Shows a line that the next line replaces; only on a terminal. */
  readonly showLive: (line: string) => void;
  /**
   * Runs work that must end cleanly: Ctrl-C and SIGTERM abort the signal, with a MigrationAbortedError, and
   * end the process only the second time.
   */
  readonly whileStoppable: <T>(use: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Rejects with a StoppedError at Ctrl-C and SIGTERM, except while work runs that ends cleanly by itself. */
  readonly unlessStopped: <T>(work: Promise<T>) => Promise<T>;
}

/** 0 success, 1 failure, 2 findings, 3 refused as unsafe, 64 usage. */
export type ExitCode = 0 | 1 | 2 | 3 | 64;

/** Takes a line. Control characters of a plain string are made visible, so that data cannot act on the terminal. */
export type ShowText = (text: Text) => void;

/** Everything outside that a command may use. */
export interface Io extends Omit<Terminal, 'out' | 'err' | 'ask' | 'choose' | 'showLive'> {
  readonly out: ShowText;
  readonly err: ShowText;
  readonly ask: ((question: Text) => Promise<string>) | undefined;
  /** The place of the chosen answer in the list; undefined where the person stops. */
  readonly choose: ((question: Text, answers: readonly Text[]) => Promise<number | undefined>) | undefined;
  readonly showLive: ShowText;
  /** A message of this package, with the commands in it as the person can type them. */
  readonly asTyped: (message: string) => string;
}

/** The terminal for commands: it makes control characters visible in everything that they show. */
export function safely(terminal: Terminal, asTyped: Io['asTyped'] = (message) => message): Io {
  const { ask, choose } = terminal;
  return {
    ...terminal,
    out: (text) => terminal.out(rawOf(text)),
    err: (text) => terminal.err(rawOf(text)),
    ask: ask && ((question) => ask(rawOf(question))),
    choose: choose && ((question, answers) => choose(rawOf(question), answers.map(rawOf))),
    showLive: (text) => terminal.showLive(rawOf(text)),
    asTyped,
  };
}

/** Green, red or faint text where output is coloured, plain text elsewhere. */
export function paint(io: Io, style: Style, text: Text): Text {
  return io.isColoured ? painted(style, text) : text;
}
