import type { Key } from 'node:readline';
import { isCancel, select } from '@clack/prompts';

/**
 * Lets the person at the terminal choose an answer by arrow keys, on standard error. Escape, Ctrl-D and Ctrl-C choose
 * none; Ctrl-C also sends the signal.
 */
export async function choose(question: string, answers: readonly string[]): Promise<number | undefined> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const onKey = (_text: string | undefined, { ctrl, name }: Key) => {
    if (ctrl === true && (name === 'c' || name === 'd')) stopped.abort(name);
  };
  process.stdin.prependListener('keypress', onKey);
  try {
    const chosen = await select({
      message: question,
      options: answers.map((label, value) => ({ label, value })),
      output: process.stderr,
      signal,
    });
    return isCancel(chosen) ? undefined : chosen;
  } finally {
    process.stdin.off('keypress', onKey);
    // Emitted at once, so that code that waits for the answer knows it; a sent signal arrives later.
    if (signal.reason === 'c' && !process.emit('SIGINT', 'SIGINT')) process.exit(1);
  }
}
