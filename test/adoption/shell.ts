import { spawn } from 'node:child_process';

/** How a command ended, with all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs a command to its end. */
export function ran(command: string, args: readonly string[], { cwd, env }: Surroundings): Promise<Ended> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A command that ended otherwise than it must, with all that it printed. */
export class CommandFailure extends Error {
  constructor(words: readonly string[], { code, stdout, stderr }: Ended, expected: readonly number[]) {
    super(
      `${words.join(' ')}\nended with ${code ?? 'a signal'}, not ${expected.join(' or ')}.\n${stdout}${stderr}`,
    );
  }
}
