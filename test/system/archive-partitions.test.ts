import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { GuardedDataSource } from '../../src/data-source.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { keepPartitionsAt } from '../../src/partitions/keep-partitions.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { month } from '../support/kept-world.js';
import { withPlainTransitions } from '../support/own-transitions.js';
import { blocksOf, commandsOf } from '../support/pages.js';
import { findProgram } from '../support/programs.js';

const JULY = 'job_state_transitions_p2026_07';
const OLD = `job_state_transitions_p${month(-6).replace('-', '_')}`;
/** The commands of the page for psql, in their order: copy, drop, copy by time, create, load. */
const COMMANDS = blocksOf('docs/partitions.md')
  .filter(({ lines }) => lines.some((line) => line.includes('psql "$DATABASE_URL"')))
  .flatMap((block) => commandsOf(block))
  .filter(({ words }) => words.startsWith('psql'))
  .map(({ words }) => words.replaceAll(JULY, OLD));
const [COPY = '', DROP = '', COPY_OLDER = '', CREATE = '', LOAD = ''] = COMMANDS;

onDatabase('postgres', 'Old state transitions are archived', (database) => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-archive-'))));
  afterEach(() => rm(folder, { recursive: true }));

  /** What a command of the page prints. */
  async function shell(command: string): Promise<string> {
    const path = `${dirname(findProgram('psql'))}:${process.env['PATH'] ?? ''}`;
    const env = { PATH: path, DATABASE_URL: database().url };
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: folder, env });
    return stdout.trim();
  }

  /** A database with a month that is older than is kept: three transitions of two jobs. */
  async function withOldMonth(): Promise<GuardedDataSource> {
    const dataSource = await withPlainTransitions(database());
    await migrateUp(dataSource);
    const day = (number: number) => `${month(-6)}-${String(number).padStart(2, '0')}`;
    await execute(database(), [
      'ALTER TABLE job_state_transitions DETACH PARTITION job_state_transitions_before',
      'DROP TABLE job_state_transitions_before',
      `CREATE TABLE ${OLD} PARTITION OF job_state_transitions FOR VALUES FROM ('${day(1)} 00:00+00') TO ('${month(-5)}-01 00:00+00')`,
      ...['j1', 'j2', 'j1'].map(
        (job, index) =>
          `INSERT INTO job_state_transitions (job_id, to_state, reason, timestamp) VALUES ('${job}', 'DONE', 'said "so",\nand more', '${day(28 - index)} 12:00+00')`,
      ),
    ]);
    return dataSource;
  }

  const rows = (table: string) => rowsOf(database(), `SELECT * FROM ${table} ORDER BY timestamp, id`);

  it('The page copies a detached month into a file, drops it, and reads the file again: the same rows', async () => {
    const dataSource = await withOldMonth();
    const before = await rows(OLD);
    expect(before).to.have.length(3);
    const { tables } = await keepPartitionsAt(dataSource, { detach: true });
    expect(tables.flatMap(({ detached }) => detached)).to.deep.equal([OLD]);
    expect(await rows('job_state_transitions')).to.deep.equal([]);
    const { unmanaged } = await checkDrift(dataSource);
    expect(unmanaged.map(({ kind, object }) => [kind, object])).to.deep.equal([['detached-partition', OLD]]);

    expect(await shell(COPY)).to.equal('COPY 3');
    expect(await readFile(join(folder, `${OLD}.csv`), 'utf8')).to.match(
      /^id,job_id,from_state,to_state,reason,timestamp\n/,
    );
    expect(await shell(DROP)).to.equal('DROP TABLE');
    expect(await checkDrift(dataSource)).to.deep.include({ changes: [], unmanaged: [] });
    expect(await shell(CREATE)).to.equal('CREATE TABLE');
    expect(await shell(LOAD)).to.equal('COPY 3');
    expect(await rows('archived_transitions')).to.deep.equal(before);
  });

  it('Rows are copied by their time before they are taken away, and only old partitions are read', async () => {
    const dataSource = await withOldMonth();
    expect(await shell(COPY_OLDER)).to.equal('COPY 3');
    const query = /\(SELECT.*\) TO/.exec(COPY_OLDER)?.[0].slice(1, -4) ?? '';
    const plan = await dataSource.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${query}`);
    const read = plan.flatMap((line) => /on (job_state_transitions_\S+)/.exec(line['QUERY PLAN'])?.[1] ?? []);
    expect(new Set(read)).to.deep.equal(new Set([OLD]));
  });

  it('A detached month keeps its foreign key, so the transitions of a deleted job go there too', async () => {
    const dataSource = await withOldMonth();
    await keepPartitionsAt(dataSource, { detach: true });
    await execute(database(), [`DELETE FROM jobs WHERE job_id = 'j1'`]);
    expect((await rows(OLD)).map((row) => row['job_id'])).to.deep.equal(['j2']);
  });
});
