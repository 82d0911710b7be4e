/** What a project has when this package comes, how it gets from there to the newest revision, and back. */
import { expect } from 'chai';
import type { Form } from './projects.js';
import { expectDone, runTheirs, schemaOf, statusOf, type Stage } from './stage.js';

/** What three of the steps do in a project that begins in one way. */
export interface Beginning {
  readonly status: (stage: Stage) => Promise<void>;
  /** Each command line takes its own database to the newest revision. */
  readonly up: (stage: Stage) => Promise<void>;
  /** To base, by way of what the project found. */
  readonly down: (stage: Stage) => Promise<void>;
}

/** By the word of the form. */
export const BEGINNINGS: Readonly<Record<NonNullable<Form['begins']> | 'with nothing', Beginning>> = {
  'with nothing': { status: atBase, up: runBoth, down: downToFound },
  'with tables': { status: baselineOfTables, up: stampBoth, down: downThroughBaseline },
  'with lost migrations': { status: baselineOfRecords, up: replaceBoth, down: downThroughBaseline },
};

async function atBase({ project, ours }: Stage): Promise<void> {
  const { applied, pending } = await statusOf(project, ours);
  expect(applied).to.deep.equal([]);
  expect(pending).to.have.length.above(0);
}

async function runBoth(stage: Stage): Promise<void> {
  await stage.project.ours(stage.ours, ['up']);
  await runTheirs(stage);
}

async function downToFound({ project, ours, untouched }: Stage): Promise<void> {
  await project.ours(ours, ['down', 'base']);
  expect(await schemaOf(project, ours)).to.deep.equal(await schemaOf(project, untouched));
}

/** Tables that `synchronize` made, and no migration. */
async function baselineOfTables(stage: Stage): Promise<void> {
  const { project, ours } = stage;
  const { applied, pending } = await statusOf(project, ours);
  expect([applied, pending]).to.deep.equal([[], []]);
  await project.ours(ours, ['baseline', 'Begin']);
  await atBase(stage);
}

/** The tables are there, so the baseline is recorded, by both command lines. */
async function stampBoth(stage: Stage): Promise<void> {
  const { project, ours } = stage;
  await project.ours(ours, ['up'], [1]);
  await project.ours(ours, ['stamp', 'head']);
  await fakeTheirs(stage);
}

/** Records of classes that no longer exist, and one class that does not run without them. */
async function baselineOfRecords({ project, ours }: Stage): Promise<void> {
  expect((await statusOf(project, ours)).missing).to.have.length(2);
  await project.ours(ours, ['baseline', 'Begin', '--remove']);
  const { missing, pending } = await statusOf(project, ours);
  expect([missing, pending]).to.deep.equal([[], []]);
}

async function replaceBoth(stage: Stage): Promise<void> {
  await stage.project.ours(stage.ours, ['up']);
  await fakeTheirs(stage);
}

async function fakeTheirs({ project, theirs }: Stage): Promise<void> {
  await expectDone(project.typeorm(theirs, ['migration:run', '--fake']));
}

/** The baseline stands for what the project found; base is an empty database. */
async function downThroughBaseline({ project, ours, untouched }: Stage): Promise<void> {
  await project.ours(ours, ['down', 'Begin']);
  expect(await schemaOf(project, ours)).to.deep.equal(await schemaOf(project, untouched));
  await project.ours(ours, ['down', 'base']);
  expect((await schemaOf(project, ours)).flat()).to.deep.equal([]);
}
