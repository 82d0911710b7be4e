import 'reflect-metadata';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routeTypeorm, type TypeormRoute } from '../src/cli/typeorm-route.js';
import type { GuardedDataSource } from '../src/data-source.js';
import { OrchestratorDbError } from '../src/errors/base.js';
import { exitOnStopSignals, onStopSignals } from '../src/stop-signals.js';
import { visiblePainted } from '../src/text/visible.js';
import { isHome } from './revision-module.js';

// TypeORM runs several queries at once on one client to read the catalogs, and node-postgres warns about that.
process.noDeprecation = true;

exitOnStopSignals();

const here = fileURLToPath(import.meta.url);
/** Only in this package itself, the DataSource is its own. */
const ormconfig = isHome() ? join(dirname(here), '..', `ormconfig${extname(here)}`) : undefined;

try {
  await answer(routeTypeorm(process.argv.slice(2), ormconfig));
} catch (error) {
  if (!(error instanceof OrchestratorDbError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function answer(route: TypeormRoute): Promise<void> {
  if (route.kind === 'own') return newRevision(route.argv);
  // Loaded here first, so that a bad setting is one line and not TypeORM's stack trace.
  if (ormconfig !== undefined && route.argv.includes(ormconfig)) {
    const { dataSource } = (await import(ormconfig)) as Ormconfig;
    onStopSignals((signal) => dataSource.stopMigrating(signal));
  }
  for (const stream of [process.stdout, process.stderr]) if (stream.isTTY) tame(stream);
  process.argv.splice(2, Infinity, ...route.argv);
  await import('typeorm/cli.js');
}

/** Makes control characters visible: TypeORM writes names of the database unchanged, and a terminal would obey them. */
function tame(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: readonly unknown[]) => boolean;
  stream.write = (chunk: unknown, ...rest: readonly unknown[]) =>
    write(typeof chunk === 'string' ? visiblePainted(chunk) : chunk, ...rest);
}

interface Ormconfig {
  readonly dataSource: GuardedDataSource;
}

/** Runs our own commands. As in TypeORM's command line, every failure has exit code 1. */
async function newRevision(argv: readonly string[]): Promise<void> {
  const { main } = await import('./main.js');
  await main(argv);
  if (process.exitCode !== 0) process.exitCode = 1;
}
