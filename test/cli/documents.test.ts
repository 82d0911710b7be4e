import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { generateProject, type GenerateProject } from '../support/generate-here.js';
import { problemsOf } from '../support/json-schemas.js';
import { petEntities } from '../support/pet-entities.js';
import { dataSourceFile } from '../support/processes.js';
import { runScript, type ProcessResult } from '../support/run-script.js';
import { NOWHERE, runShelves } from '../support/run-shelves.js';
import type { ShelfCode } from '../support/shelves.js';

/** Each command is a process of its own. */
const PATIENCE_MS = 180_000;

type Document = Readonly<Record<string, unknown>>;

/** Standard output, which has to be one document of that schema. */
function documentIn({ stdout }: ProcessResult, name: string): Document {
  expect(stdout.trimEnd().split('\n')).to.have.length(1);
  const document = JSON.parse(stdout) as Document;
  expect(problemsOf(name, document), stdout).to.deep.equal([]);
  return document;
}

eachDatabase('The documents of --json', (database) => {
  const run = (...args: readonly string[]) =>
    runScript('orchestrator-db', [...args, '--json'], { env: { DATABASE_URL: database().url } });
  const shelves = (code: ShelfCode, ...args: readonly string[]) =>
    runShelves(code, database().url, ...args, '--json');

  it('The documents of up, down, stamp, plans, scripts, status and history match their schemas', async () => {
    await database().connect({ entities: [] });
    documentIn(await run('up', '--plan'), 'plan');
    documentIn(await run('up', '--sql', '--dialect', database().dialect), 'script');
    documentIn(await run('up', '+1'), 'run');
    documentIn(await run('status'), 'status');
    documentIn(await run('up'), 'run');
    documentIn(await run('up'), 'run');
    documentIn(await run('down', '--plan'), 'plan');
    documentIn(await run('down'), 'run');
    documentIn(await run('stamp', 'head', '--force'), 'run');
    const { applied } = documentIn(await run('status'), 'status');
    expect(applied).not.to.be.empty;
    documentIn(await run('replicas'), 'replicas');
    const { runs } = documentIn(await run('history'), 'history');
    expect(runs).to.have.length(4);
  }).timeout(PATIENCE_MS);

  it('The documents of status and history after failed runs and changed code match their schemas', async () => {
    await database().connect({ entities: [] });
    const failed = documentIn(await shelves('failing', 'up'), 'error');
    expect(failed.done).to.have.length(2);
    documentIn(await shelves('failing', 'status'), 'status');
    documentIn(await shelves('failing', 'history'), 'history');
    documentIn(await shelves('made', 'up'), 'run');
    for (const code of ['edited', 'withoutFill', 'old', 'late', 'byHand'] as const)
      documentIn(await shelves(code, 'status'), 'status');
    for (const code of ['edited', 'withoutFill', 'late'] as const)
      documentIn(await shelves(code, 'up'), 'error');
    documentIn(await shelves('byHand', 'down', 'base', '--plan', '--allow-edited'), 'plan');
  });

  it('The documents of init and check, in sync and drifted, match their schemas', async () => {
    documentIn(await run('init'), 'init');
    documentIn(await run('check'), 'check');
    await execute(database(), [
      'DROP INDEX "ix_jobs_status"',
      'CREATE TABLE "further" ("id" integer)',
      'CREATE VIEW "seen" AS SELECT 1 AS "one"',
      'ALTER TABLE "jobs" ADD COLUMN "further" integer',
    ]);
    const report = documentIn(await run('check', '--strict'), 'check');
    expect(report['changes']).not.to.be.empty;
    expect(report['unmanaged']).not.to.be.empty;
    documentIn(await run('init'), 'init');
    await run('down', '--', '-1');
    const refused = documentIn(await run('stamp', 'head'), 'error');
    expect(refused.error).to.include({ code: 'STAMP_REFUSED' }).and.have.property('differences');
  });

  it('The documents of errors match their schema', async () => {
    for (const args of [
      ['up', 'Nowhere'],
      ['down', '--further'],
      ['check', '-d', 'no-such-file.js'],
    ])
      documentIn(await run(...args), 'error');
  });
});

onDatabase('postgres', 'The document of check --json', (database) => {
  it('The document of check with an uncomparable object matches its schema', async () => {
    await database().connectAtHead();
    await execute(database(), ['ALTER TABLE "jobs" DISABLE TRIGGER ALL']);
    const { stdout } = await runScript('orchestrator-db', ['check', '--json'], {
      env: { DATABASE_URL: database().url },
    });
    expect(problemsOf('check', JSON.parse(stdout))).to.deep.equal([]);
  });
});

describe('The documents of commands without a database', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());
  const generate = (...args: readonly string[]) => project.generate(petEntities(), [...args, '--json']);

  it('The documents of generate and its snapshot match their schemas', async () => {
    documentIn(await generate('--check'), 'generate-check');
    documentIn(await generate('--sql'), 'generate-sql');
    documentIn(await generate('Initial'), 'generate');
    const { 'snapshot.json': snapshot = '' } = await project.files();
    expect(problemsOf('snapshot', JSON.parse(snapshot))).to.deep.equal([]);
    documentIn(await generate('Again'), 'generate');
    documentIn(await generate('--check'), 'generate-check');
    const required = petEntities({ extra: { name: 'age', type: 'integer' } });
    const unconfirmed = await project.generate(required, ['Age', '--json']);
    const { error } = documentIn(unconfirmed, 'error');
    expect(error).to.include({ code: 'CHANGES_UNCONFIRMED' }).and.have.property('changes');
    const wrong = await project.generate(
      petEntities({ extra: { name: 'age', type: 'integer', default: 1 }, check: 'nowhere > 0' }),
      ['Wrong', '--json'],
    );
    expect(documentIn(wrong, 'error').error).to.include.keys('code', 'message');
  });

  it('The document of lint with findings and with what is not lintable matches its schema', async () => {
    const file = dataSourceFile('lint-data-source');
    const report = documentIn(await runScript('orchestrator-db', ['lint', ...file, '--json']), 'lint');
    expect(report['findings']).not.to.be.empty;
    expect(report['unlinted']).not.to.be.empty;
  });

  it('The documents of create and of a missing database match their schemas', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-create-'));
    try {
      documentIn(await runScript('orchestrator-db', ['create', join(folder, 'AddA'), '--json']), 'create');
    } finally {
      await rm(folder, { recursive: true });
    }
    const env = { DATABASE_URL: NOWHERE };
    documentIn(await runScript('orchestrator-db', ['status', '--json'], { env }), 'error');
  });
});
