import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a process did. */
export interface ProcessResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a script of scripts/ in a process of its own, as its npm script does, with nothing of our settings inherited. */
export function runScript(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProcessResult> {
  return runProcess(process.execPath, [`${root}scripts/run.js`, name, ...args], options);
}

/** Runs any program to its end. Standard input is `input`, or empty. */
export function runProcess(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...inheritedEnvironment(), ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined).end(options.input ?? '');
  });
}

/** Where CI is set, TypeORM's command line paints its output, terminal or not. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(DATABASE_|DB_|ADMIN_PASSWORD$|SCRATCH_|NODE_OPTIONS$|TZ$|PG)/;
  const colours = /^(CI$|FORCE_COLOR$|COLORTERM$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name) && !colours.test(name));
  return { ...Object.fromEntries(inherited), NO_COLOR: '1' };
}
