import type { Io } from '../../../src/cli/io.js';
import type { Text } from '../../../src/cli/line.js';

/** An Io whose lines and pauses can be read afterwards; its clock moves only while something pauses. */
export interface RecordingIo extends Io {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly pauses: number[];
}

/** As it is handed out: the command line itself has made visible what it was to. */
export function asIs(text: Text): string {
  return typeof text === 'string' ? text : text.text;
}

export function recordingIo(changes: Partial<Io> = {}): RecordingIo {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const pauses: number[] = [];
  return {
    stdout,
    stderr,
    pauses,
    out: (text) => stdout.push(asIs(text)),
    err: (text) => stderr.push(asIs(text)),
    readInput: undefined,
    ask: undefined,
    choose: undefined,
    env: {},
    isTerminal: false,
    isColoured: changes.isTerminal ?? false,
    columns: undefined,
    isOutputTerminal: false,
    showLive: () => undefined,
    asTyped: (message) => message,
    whileStoppable: (use) => use(new AbortController().signal),
    unlessStopped: (work) => work,
    today: () => 0,
    now: () => pauses.reduce((sum, ms) => sum + ms, 0),
    pause: (ms) => Promise.resolve(pauses.push(ms)),
    ...changes,
  };
}
