import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { compiledCopy } from './compiled-copy.js';
import { root } from './root.js';

export { root };

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

/**
 * Runs a script of scripts/ in a process of its own, with nothing of our settings inherited. It runs from the bundle;
 * from the sources, as its npm script does, where an argument is a file in TypeScript: only tsx loads such a file.
 */
export function runScript(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProcessResult> {
  const cwd = options.cwd ?? root;
  const needsTsx = args.some((arg) => arg.endsWith('.ts') && existsSync(resolve(cwd, arg)));
  const script = needsTsx ? [`${root}scripts/run.js`, name] : [compiledCopy().script(name)];
  return runProcess(process.execPath, [...script, ...args], options);
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
