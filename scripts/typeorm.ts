import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routeTypeorm, type TypeormRoute } from '../src/cli/typeorm-route.js';
import type { GuardedDataSource } from '../src/data-source.js';
import { entities } from '../src/entities/index.js';
import { GenerateError, OrchestratorDbError } from '../src/errors.js';
import { generateRevision } from '../src/generate/generate.js';
import { nextStamp, writeRevision } from '../src/generate/revision-file.js';
import { migrations } from '../src/migrations/index.js';
import { parseSettings } from '../src/settings.js';
import { revisionModule } from './revision-module.js';
import { onStopSignals } from './stop-signals.js';

// TypeORM reads the catalogs with several queries at once on one client, of which node-postgres warns.
process.noDeprecation = true;

const here = fileURLToPath(import.meta.url);
const ormconfig = join(dirname(here), '..', `ormconfig${extname(here)}`);

try {
  await answer(routeTypeorm(process.argv.slice(2), ormconfig));
} catch (error) {
  if (!(error instanceof OrchestratorDbError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function answer(route: TypeormRoute): Promise<void> {
  if (route.kind !== 'pass') return newRevision(route.kind, route.path);
  // Loaded here first, so that a bad setting is one line and not TypeORM's stack trace.
  if (route.argv.includes(ormconfig)) {
    const { dataSource } = (await import(ormconfig)) as Ormconfig;
    onStopSignals((signal) => dataSource.stopMigrating(signal));
  }
  process.argv.splice(2, Infinity, ...route.argv);
  await import('typeorm/cli.js');
}

interface Ormconfig {
  readonly dataSource: GuardedDataSource;
}

async function newRevision(kind: 'generate' | 'create', path: string): Promise<void> {
  if (kind === 'create') {
    const { main } = await import('./main.js');
    await main(['create', path]);
    // Under TypeORM's command line there is one code for all failures.
    if (process.exitCode !== 0) process.exitCode = 1;
    return;
  }
  const folder = dirname(path);
  if (!existsSync(folder)) throw new GenerateError(`The folder ${folder} does not exist.`);
  const revision = await generateRevision({ settings: parseSettings(process.env), entities, migrations });
  if (!revision) {
    process.stdout.write('The entities say nothing that the revisions do not: no revision is needed.\n');
    return;
  }
  const stamp = await nextStamp(folder, Date.now());
  const importFrom = revisionModule(folder);
  const file = await writeRevision(folder, { ...revision, name: basename(path), stamp, importFrom });
  process.stdout.write(`Wrote ${file}. Read it before you run it.\n`);
}
