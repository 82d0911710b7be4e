import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routeTypeorm, type TypeormRoute } from '../src/cli/typeorm-route.js';
import { entities } from '../src/entities/index.js';
import { GenerateError, OrchestratorDbError } from '../src/errors.js';
import { generateRevision } from '../src/generate/generate.js';
import { nextStamp, writeRevision } from '../src/generate/revision-file.js';
import { migrations } from '../src/migrations/index.js';
import { parseSettings } from '../src/settings.js';

// TypeORM reads the catalogs with several queries at once on one client, of which node-postgres warns.
process.noDeprecation = true;

const here = fileURLToPath(import.meta.url);
const ormconfig = join(dirname(here), '..', `ormconfig${extname(here)}`);
const revisionModule = join(dirname(here), '..', 'src', 'migrator', `revision${extname(here)}`);

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
  if (route.argv.includes(ormconfig)) await import(ormconfig);
  process.argv.splice(2, Infinity, ...route.argv);
  await import('typeorm/cli.js');
}

async function newRevision(kind: 'generate' | 'create', path: string): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new GenerateError(`The folder ${folder} does not exist.`);
  const empty = { up: [], down: [] };
  const revision =
    kind === 'create'
      ? { description: 'Says here in one sentence what it does.', postgres: empty, sqlite: empty }
      : await generateRevision({ settings: parseSettings(process.env), entities, migrations });
  if (!revision) {
    process.stdout.write('The entities say nothing that the revisions do not: no revision is needed.\n');
    return;
  }
  const stamp = await nextStamp(folder, Date.now());
  const file = await writeRevision(folder, {
    ...revision,
    name: basename(path),
    stamp,
    importFrom: importPath(folder),
  });
  process.stdout.write(`Wrote ${file}. Read it before you run it.\n`);
}

/** Of the module that holds `Revision`, seen from the folder of the new file. */
function importPath(folder: string): string {
  return relative(folder, revisionModule).replaceAll('\\', '/').replace(/\.ts$/, '.js');
}
