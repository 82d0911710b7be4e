import { spawn } from 'node:child_process';
import type { ProcessResult } from './run-script.js';

/** What to type when a text has come up; each once, in their order. */
export interface Typing {
  readonly after: string;
  readonly text: string;
}

/** How it is run. */
export interface TerminalRun {
  readonly cwd: string;
  /** TERM is `dumb` unless it is here. */
  readonly env: Readonly<Record<string, string>>;
  readonly typing: readonly Typing[];
}

/**
 * Runs a command in a terminal of its own, as a person does: `script`, of Debian's essential package bsdutils, makes
 * one. What is printed, by the person too, is in stdout.
 */
export function runInTerminal(
  words: readonly string[],
  { cwd, env, typing }: TerminalRun,
): Promise<ProcessResult> {
  const command = words.map((word) => `'${word.replaceAll(`'`, `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env: { TERM: 'dumb', ...env } });
  const left = [...typing];
  let [stdout, stderr, read] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    const [next] = left;
    const at = next ? stdout.indexOf(next.after, read) : -1;
    if (!next || at < 0) return;
    read = at + next.after.length;
    left.shift();
    child.stdin.write(next.text);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
