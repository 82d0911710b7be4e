import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Io } from '../src/cli/io.js';
import { run } from '../src/cli/main.js';
import type { Project } from '../src/cli/project.js';
import { createDataSource } from '../src/data-source.js';
import { entities } from '../src/entities/index.js';
import { migrations } from '../src/migrations/index.js';
import { createAdmin } from '../src/seeds/admin-user.js';
import { seedDevelopment } from '../src/seeds/development.js';

const io: Io = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  readInput: process.stdin.isTTY ? undefined : () => text(process.stdin),
  env: process.env,
  isTerminal: process.stdout.isTTY && process.stderr.isTTY,
  now: () => performance.now(),
  pause,
};

const project: Project = {
  createDataSource: (settings, logger) => createDataSource(settings, { entities, migrations, logger }),
  seed: seedDevelopment,
  createAdmin,
};

// The reader of a pipe may leave before the end (`| head`): nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** Runs the command line of this project in this process. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv, io, project);
}
