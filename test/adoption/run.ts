/**
 * `npm run test:adoption`: takes small projects of several forms and packages from an empty folder to a database that is
 * back at base, next to TypeORM's own command line, and prints a table. `--ci`, or TEST_LEVEL=ci, takes three of them;
 * a word takes those that have it in their title. ADOPTION_BUILDS names a folder that keeps compiled
 * drivers, and ADOPTION_TARBALL the package, packed before.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers, stopServers } from '../support/servers.js';
import { pack } from '../support/packed.js';
import { NativeBuilds } from './native-builds.js';
import { nodeFolder } from './other-node.js';
import { PROJECTS, titleOf, type Project } from './projects.js';
import { takeThrough, type Outcome } from './take-through.js';
import { table } from './table.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const words = process.argv.slice(2);
const inCi = words.includes('--ci') || process.env['TEST_LEVEL'] === 'ci';
const word = words.find((given) => !given.startsWith('-')) ?? '';
const chosen = PROJECTS.filter(
  (project) => (!inCi || project.ci === true) && titleOf(project).includes(word),
);

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-adoption-'));
try {
  await startServers();
  const outcomes = await takeAll(chosen);
  say(table(outcomes));
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  say(`${outcomes.length - failed} passed, ${failed} failed`);
  if (failed > 0 || outcomes.length === 0) process.exitCode = 1;
} finally {
  await stopServers();
  await rm(folder, { recursive: true, force: true });
}

async function takeAll(projects: readonly Project[]): Promise<readonly Outcome[]> {
  const tarball = process.env['ADOPTION_TARBALL'] ?? pack(folder);
  const builds = new NativeBuilds(process.env['ADOPTION_BUILDS'] ?? join(folder, 'builds'));
  const outcomes: Outcome[] = [];
  for (const project of projects) {
    const home = join(folder, String(outcomes.length));
    await mkdir(home);
    await builds.provide(project.driver, join(folder, 'compiled'));
    const bin = project.node === undefined ? undefined : await nodeFolder(project.node, folder);
    const env = { ...process.env, ...(bin === undefined ? builds.env() : {}) };
    const outcome = await takeThrough(project, { home, tarball, env, ...(bin === undefined ? {} : { bin }) });
    say(`${titleOf(project)}: ${outcome.failure ?? 'worked'}`);
    outcomes.push(outcome);
    await rm(home, { recursive: true, force: true });
  }
  return outcomes;
}
