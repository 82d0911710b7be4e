/**
 * `npm run test:adoption`: takes small projects of several forms and packages from an empty folder to a database that is
 * back at base, next to TypeORM's own command line, and prints a table. `--ci`, or TEST_LEVEL=ci, takes three of them;
 * a word takes those that have it in their title. ADOPTION_BUILDS names a folder that keeps compiled
 * drivers, and PACKAGE_TARBALL the package, packed before.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachAtMost } from '../support/processes.js';
import { startServers, stopServers } from '../support/servers.js';
import { pack } from '../support/packed.js';
import { NativeBuilds } from './native-builds.js';
import { OtherNodes } from './other-nodes.js';
import { PROJECTS, titleOf } from './projects.js';
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

if (chosen.length > 0) await takeAndPrint();
else {
  process.stderr.write(`No project has "${word}" in its title:\n${PROJECTS.map(titleOf).join('\n')}\n`);
  process.exitCode = 64;
}

async function takeAndPrint(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-adoption-'));
  try {
    await startServers();
    const outcomes = await takeAll(folder);
    const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
    say(table(outcomes));
    say(`${outcomes.length - failed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await stopServers();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two at a time: npm waits for the disk and the network, and a command for its database. */
function takeAll(folder: string): Promise<readonly Outcome[]> {
  const tarball = pack(folder);
  const builds = new NativeBuilds(process.env['ADOPTION_BUILDS'] ?? join(folder, 'builds'));
  const nodes = new OtherNodes(folder);
  return eachAtMost(2, chosen, async (project) => {
    const home = await mkdtemp(join(folder, 'project-'));
    await builds.provide(project.driver, join(folder, 'compiled'));
    const own =
      project.node === undefined ? { env: builds.env() } : { env: {}, bin: await nodes.bin(project.node) };
    const outcome = await takeThrough(project, {
      home,
      tarball,
      ...own,
      env: { ...process.env, ...own.env },
    });
    say(`${titleOf(project)}: ${outcome.failure ?? 'worked'}`);
    await rm(home, { recursive: true, force: true });
    return outcome;
  });
}
