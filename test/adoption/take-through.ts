import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createDatabase, dropDatabase } from '../support/server-databases.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { InstalledProject, type Premises } from './installed-project.js';
import type { Project } from './projects.js';
import type { Stage } from './stage.js';
import { STEPS } from './steps.js';

/** How far a project came. */
export interface Outcome {
  readonly project: Project;
  readonly worked: readonly string[];
  readonly seconds: number;
  /** What did not work, in full. */
  readonly failure?: string;
}

/** Takes a project through every step, until one fails. */
export async function takeThrough(project: Project, given: Omit<Premises, 'scratch'>): Promise<Outcome> {
  const began = performance.now();
  const installed = new InstalledProject(project, { ...given, scratch: urlOf(postgresServer()) });
  const worked: string[] = [];
  const outcome = () => ({ project, worked, seconds: Math.round((performance.now() - began) / 1000) });
  try {
    await withDatabases(installed, async (stage) => {
      for (const { name, take } of STEPS) {
        await take(stage);
        worked.push(name);
        if (name === 'install') await setUp(stage);
      }
    });
    return outcome();
  } catch (error) {
    const step = STEPS[worked.length]?.name ?? 'the end';
    return { ...outcome(), failure: `${step}: ${error instanceof Error ? words(error) : String(error)}` };
  }
}

function words(error: Error): string {
  const { actual, expected } = error as { readonly actual?: unknown; readonly expected?: unknown };
  const differing =
    actual === undefined
      ? ''
      : `\n  actual ${JSON.stringify(actual)}\n  expected ${JSON.stringify(expected)}`;
  return `${error.message}${differing}`;
}

/** Three databases of the project's dialect, which go with it. */
async function withDatabases(project: InstalledProject, use: (stage: Stage) => Promise<void>): Promise<void> {
  if (project.project.form.dialect === 'postgres') return onServer(project, use);
  const file = (name: string) => project.path(`${name}.sqlite`);
  return use({ project, ours: file('ours'), theirs: file('theirs'), untouched: file('untouched') });
}

async function onServer(project: InstalledProject, use: (stage: Stage) => Promise<void>): Promise<void> {
  const targets = [
    await createDatabase('ours'),
    await createDatabase('theirs'),
    await createDatabase('untouched'),
  ];
  const [ours = '', theirs = '', untouched = ''] = targets.map(urlOf);
  try {
    await use({ project, ours, theirs, untouched });
  } finally {
    for (const target of targets) await dropDatabase(target);
  }
}

/** What is in the databases before the project comes; an SQLite file is there from then on. */
async function setUp({ project, ours, theirs, untouched }: Stage): Promise<void> {
  const file = project.path('setup.sql');
  const sql = existsSync(file) ? await readFile(file, 'utf8') : 'SELECT 1';
  const statements = sql.split(/;\n/).filter((statement) => statement.trim() !== '');
  for (const database of [ours, theirs, untouched]) await project.ask(database, statements);
}
