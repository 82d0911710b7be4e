import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { generateRevisions, type GenerateReport } from '../../../src/generate/generate-revisions.js';
import { lintDataSource } from '../../../src/lint/lint.js';
import { onDatabase, type TestDatabase } from '../../support/databases.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { entity, plainDataSource } from '../drift/no-false-alarm-database.js';

type Class = new () => MigrationInterface;

const job = (length: number, more: object = {}): EntitySchema =>
  entity(
    'job',
    {
      id: { type: 'integer', primary: true, generated: 'increment' },
      name: { type: 'varchar', length },
      ...more,
    },
    { tableName: 'job' },
  );

onDatabase('postgres', 'A plain TypeORM migration that generate writes (PostgreSQL)', (database) => {
  let folder = '';
  const classes: Class[] = [];
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'plain-revisions-'))));
  after(() => rm(folder, { recursive: true }));

  const source = (entities: readonly EntitySchema[]) =>
    plainDataSource(database() satisfies TestDatabase, { entities: [...entities], migrations: [...classes] });

  const generated = async (name: string, of: EntitySchema): Promise<GenerateReport> => {
    const scratchUrl = urlOf(postgresServer());
    const report = await generateRevisions(source([of]), { folder, name, format: 'typeorm', scratchUrl });
    for (const path of report.files) {
      const made = (await import(pathToFileURL(path).href)) as Readonly<Record<string, Class>>;
      classes.push(...Object.values(made));
    }
    return report;
  };

  it('It has no finding for what the entities declare, and its types are known when the next one is generated', async () => {
    const first = await generated('Jobs', job(40));
    expect(first.files).to.have.length(1);
    const { warnings } = await generated('Wider', job(80, { at: { type: 'timestamp', nullable: true } }));
    expect(warnings.filter((one) => one.includes('the worst is assumed'))).to.deep.equal([]);
    const { findings, unlinted } = await lintDataSource(source([job(80)]));
    expect({ unlinted, findings: findings.filter(({ direction }) => direction === 'up') }).to.deep.equal({
      unlinted: [],
      findings: [],
    });
  });
});
