/** What each project goes through, next to TypeORM's own command line on a database of the same kind. */
import { expect } from 'chai';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { transform } from 'esbuild';
import { BEGINNINGS, type Beginning } from './beginnings.js';
import type { InstalledProject } from './installed-project.js';
import {
  expectDone,
  expectInSync,
  expectSameSchema,
  expectShown,
  runTheirs,
  statusOf,
  type Stage,
} from './stage.js';

/** What it is called in the table, and what it does; it throws what does not work. */
export interface Step {
  readonly name: string;
  readonly take: (stage: Stage) => Promise<void>;
}

/** The revision that the project generates. */
const GENERATED = 'FromEntities';

/** In this order: each starts from what the former one leaves. */
export const STEPS: readonly Step[] = [
  { name: 'install', take: install },
  { name: 'status', take: status },
  { name: 'up', take: up },
  { name: 'check', take: check },
  { name: 'generate', take: generate },
  { name: 'lint', take: lint },
  { name: 'stamp', take: stamp },
  { name: 'guard', take: guard },
  { name: 'application', take: application },
  { name: 'down', take: down },
];

async function install({ project }: Stage): Promise<void> {
  await project.settle();
  await project.adopt();
  await project.build();
}

async function status(stage: Stage): Promise<void> {
  await beginningOf(stage).status(stage);
}

/** The same schema, and records that each command line reads from the other one's database. */
async function up(stage: Stage): Promise<void> {
  await beginningOf(stage).up(stage);
  await expectSameSchema(stage);
  expect((await statusOf(stage.project, stage.theirs)).pending).to.deep.equal([]);
  await expectShown(stage, 'X');
}

async function check({ project, ours, theirs }: Stage): Promise<void> {
  for (const database of [ours, theirs]) await expectInSync(project, database);
}

/** A changed entity, its revision, and the same schema again, also by TypeORM's command line. */
async function generate(stage: Stage): Promise<void> {
  const { project, ours, theirs } = stage;
  const name = `${project.project.form.migrations}/${GENERATED}`;
  await project.change();
  await project.ours(ours, ['generate', '--check', name], [2]);
  await project.ours(ours, ['generate', name]);
  await compileGenerated(project);
  await project.build();
  await project.ours(ours, ['up']);
  await runTheirs(stage);
  await expectSameSchema(stage);
  for (const database of [ours, theirs]) await expectInSync(project, database);
  await project.ours(ours, ['generate', '--check', name]);
}

/** The rules are about PostgreSQL: a project for SQLite alone is told that nothing was linted. */
async function lint({ project, ours }: Stage): Promise<void> {
  if (project.project.form.dialect === 'postgres') {
    await project.ours(ours, ['lint'], [0, 2]);
    return;
  }
  const { stderr } = await project.ours(ours, ['lint'], [1]);
  expect(stderr).to.include('Nothing was linted: no selected revision is lintable');
}

/** Records alone: TypeORM's command line shows them, and the schema stays. */
async function stamp(stage: Stage): Promise<void> {
  const { project, ours } = stage;
  await project.ours(ours, ['stamp', 'base']);
  await expectShown(stage, ' ');
  await project.ours(ours, ['stamp', 'head']);
  await expectShown(stage, 'X');
  await expectSameSchema(stage);
}

/** TypeORM's command line on a guarded DataSource: it goes through our lock, and into our log. */
async function guard(stage: Stage): Promise<void> {
  const { project, ours } = stage;
  const file = await writeGuarded(project);
  for (const command of ['migration:revert', 'migration:run']) {
    const before = await runsOf(project, ours);
    await expectDone(project.typeorm(ours, [command], file));
    expect((await runsOf(project, ours)) - before, `runs in the log after ${command}`).to.equal(1);
  }
  await expectSameSchema(stage);
}

/** The application itself, where the project has one. */
async function application({ project, ours }: Stage): Promise<void> {
  for (const [main, printed] of project.project.form.application ?? [])
    expect((await project.node(ours, [main])).stdout.trim()).to.equal(printed);
}

async function down(stage: Stage): Promise<void> {
  await beginningOf(stage).down(stage);
  await expectShown(stage, ' ');
}

function beginningOf({ project }: Stage): Beginning {
  return BEGINNINGS[project.project.form.begins ?? 'with nothing'];
}

async function runsOf(project: InstalledProject, database: string): Promise<number> {
  const { stdout } = await project.ours(database, ['history', '--json']);
  return (JSON.parse(stdout) as { readonly runs: readonly unknown[] }).runs.length;
}

/** Beside the DataSource, in the modules of the project. */
async function writeGuarded(project: InstalledProject): Promise<string> {
  const { dataSource, tsNode } = project.project.form;
  if (tsNode === true) return writeGuardedSource(project);
  const file = join(dirname(dataSource), 'guarded.mjs');
  const text = `import { guard } from 'orchestrator-db';
import * as exported from './${basename(dataSource)}';

const found = [exported, exported.default ?? {}].flatMap((value) => [value, ...Object.values(value)]);
export default guard(found.find((value) => typeof value.createQueryRunner === 'function'));
`;
  await project.write(file, text);
  return file;
}

/** The same for ts-node. */
async function writeGuardedSource(project: InstalledProject): Promise<string> {
  const file = join(dirname(project.project.form.dataSource), 'guarded.ts');
  const text = `import { guard } from 'orchestrator-db';
import { AppDataSource } from './data-source';

export const dataSource = guard(AppDataSource);
`;
  await project.write(file, text);
  return file;
}

/** A project of plain JavaScript compiles what is written in TypeScript. */
async function compileGenerated(project: InstalledProject): Promise<void> {
  const { migrations, dataSource, tsNode } = project.project.form;
  if (tsNode === true || dataSource.startsWith('dist/')) return;
  const folder = project.path(migrations);
  const written = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
  for (const file of written) {
    const source = await readFile(join(folder, file), 'utf8');
    const { code } = await transform(source, { loader: 'ts', format: await formatOf(project) });
    await writeFile(join(folder, file.replace(/\.ts$/, '.js')), code);
    await rm(join(folder, file));
  }
}

async function formatOf(project: InstalledProject): Promise<'esm' | 'cjs'> {
  const { type } = JSON.parse(await readFile(project.path('package.json'), 'utf8')) as {
    readonly type?: string;
  };
  return type === 'module' ? 'esm' : 'cjs';
}
