import type { Io } from '../../../src/cli/io.js';

/** An Io whose lines and pauses can be read afterwards; its clock moves only while something pauses. */
export interface RecordingIo extends Io {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly pauses: number[];
}

export function recordingIo(changes: Partial<Io> = {}): RecordingIo {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const pauses: number[] = [];
  return {
    stdout,
    stderr,
    pauses,
    out: (line) => stdout.push(line),
    err: (line) => stderr.push(line),
    readInput: undefined,
    ask: undefined,
    env: {},
    isTerminal: false,
    showLive: () => undefined,
    whileStoppable: (use) => use(new AbortController().signal),
    now: () => pauses.reduce((sum, ms) => sum + ms, 0),
    pause: (ms) => Promise.resolve(pauses.push(ms)),
    ...changes,
  };
}
