#!/usr/bin/env node
// Runs a script of this folder: its source through tsx where tsx is installed (development), compiled elsewhere.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Until the script handles signals itself, while modules load for example, a signal ends this process with code 1.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(1);
  });

const [name, ...rest] = process.argv.slice(2);
process.argv = [process.argv[0], name, ...rest];

const source = new URL(`./${name}.ts`, import.meta.url);
if (existsSync(source) && canResolve('tsx')) {
  // tsx reads the tsconfig.json of the current folder; without ours, it compiles decorators differently.
  process.env.TSX_TSCONFIG_PATH ??= fileURLToPath(new URL('../tsconfig.json', import.meta.url));
  await import('tsx');
  try {
    await import(source.href);
  } catch (error) {
    await reportSource(error);
  }
} else {
  await import(new URL(`../dist/scripts/${name}.js`, import.meta.url).href);
}

function canResolve(request) {
  try {
    createRequire(import.meta.url).resolve(request);
    return true;
  } catch {
    return false;
  }
}

// The sources are not loaded, so the command line, which reports every other error, is not available.
async function reportSource(error) {
  const { sourceProblem } = await import('../src/source-problem.ts');
  const message = sourceProblem(error);
  if (message === undefined) throw error;
  process.exitCode = 1;
  process.stderr.write(`error: ${message}\n`);
  if (!rest.includes('--json')) return;
  const failure = { status: 'failed', error: { code: 'SOURCE_INVALID', message } };
  process.stdout.write(`${JSON.stringify(failure)}\n`);
}
