/** What the steps look at: a project, its databases, and what both command lines make of them. */
import { expect } from 'chai';
import type { InstalledProject } from './installed-project.js';
import { schemaStatements } from './live-schema.js';

/** A project, with two databases: one that we migrate, and one that TypeORM migrates. */
export interface Stage {
  readonly project: InstalledProject;
  readonly ours: string;
  readonly theirs: string;
  /** A database that stays as the project found it. */
  readonly untouched: string;
}

/** TypeORM's command line applies what is pending in its database. */
export async function runTheirs({ project, theirs }: Stage): Promise<void> {
  await expectDone(project.typeorm(theirs, ['migration:run']));
}

/** A command of TypeORM succeeds. */
export async function expectDone(ending: ReturnType<InstalledProject['typeorm']>): Promise<void> {
  const { code, stdout, stderr } = await ending;
  expect(code, `${stdout}${stderr}`).to.equal(0);
}

/** Both command lines have led to one schema. */
export async function expectSameSchema({ project, ours, theirs }: Stage): Promise<void> {
  expect(await schemaOf(project, ours)).to.deep.equal(await schemaOf(project, theirs));
}

/** Everything in a database but the records. */
export function schemaOf(project: InstalledProject, database: string): Promise<readonly unknown[]> {
  return project.ask(database, schemaStatements(project.project.form));
}

/** `typeorm migration:show` marks every migration alike; its exit code differs between versions. */
export async function expectShown({ project, ours }: Stage, mark: 'X' | ' '): Promise<void> {
  const { stdout, stderr } = await project.typeorm(ours, ['migration:show']);
  const marks = [...stdout.matchAll(/^ ?\[([X ])\]/gm)].map(([, found]) => found);
  expect(marks, `${stdout}${stderr}`).to.have.length.above(0);
  expect([...new Set(marks)], stdout).to.deep.equal([mark]);
}

/** A check finds nothing. */
export async function expectInSync(project: InstalledProject, database: string): Promise<void> {
  const { stdout } = await project.ours(database, ['check', '--json']);
  expect((JSON.parse(stdout) as { readonly changes: readonly unknown[] }).changes).to.deep.equal([]);
}

/** What `status` reports of a database. */
export interface Status {
  readonly applied: readonly unknown[];
  readonly pending: readonly unknown[];
  readonly missing: readonly unknown[];
}

/** The revisions of a database. */
export async function statusOf(project: InstalledProject, database: string): Promise<Status> {
  return JSON.parse((await project.ours(database, ['status', '--json'])).stdout) as Status;
}
