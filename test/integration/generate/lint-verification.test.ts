import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Column, Entity, PrimaryColumn, type ColumnOptions } from 'typeorm';
import { lint } from '../../../src/lint/lint.js';
import { generateProject, type GenerateProject } from '../../support/generate-here.js';

/** A table with one more column, or none. */
function counters(count?: ColumnOptions): readonly Function[] {
  class Counter {}
  Entity('counters')(Counter);
  PrimaryColumn({ type: 'bigint', name: 'id', primaryKeyConstraintName: 'pk_counters' })(
    Counter.prototype,
    'id',
  );
  if (count) Column({ name: 'count', ...count })(Counter.prototype, 'count');
  return [Counter];
}

const COUNT: ColumnOptions = { type: 'integer', default: 0 };

describe('Lint of files that the generator wrote', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());

  const findings = async () => {
    const migrations = await project.revisions();
    const report = await lint(migrations.map((Migration) => new Migration()));
    return report.findings.map(
      ({ rule, revision, direction }) => `${rule} ${revision.replace(/\d+$/, '')} ${direction}`,
    );
  };
  const edit = async (name: string, change: (text: string) => string) => {
    const file = Object.keys(await project.files()).find((one) => one.endsWith(`-${name}.ts`)) ?? '';
    const path = join(project.folder, file);
    const before = await readFile(path, 'utf8');
    expect(change(before)).not.to.equal(before);
    await writeFile(path, change(before));
  };

  it('Lint reports nothing for a confirmed column with a default that is added and dropped', async () => {
    await project.succeed(counters(), 'Initial');
    await project.succeed(counters(COUNT), 'AddCount');
    await project.succeed(counters(), 'DropCount', '--drop', 'counters.count');
    expect(await findings()).to.deep.equal([]);
  });

  it('Lint checks a file again after an edit by hand', async () => {
    await project.succeed(counters(), 'Initial');
    await project.succeed(counters(COUNT), 'AddCount');
    expect(await findings()).to.deep.equal([]);
    await edit('AddCount', (text) => text.replace('`ALTER TABLE "counters" DROP COLUMN "count"`,\n', ''));
    expect(await findings()).to.include('down-does-not-undo AddCount up');
  });

  it('Lint checks an edited file by its meaning', async () => {
    await project.succeed(counters(COUNT), 'Initial');
    await project.succeed(counters({ type: 'integer' }), 'NoDefault');
    expect(await findings()).to.deep.equal([]);
    await edit('NoDefault', (text) => text.replace(/SET DEFAULT '?0'?/, 'SET DEFAULT 0.0'));
    expect(await findings()).to.deep.equal([]);
    await edit('NoDefault', (text) => text.replace('SET DEFAULT 0.0', 'SET DEFAULT 1'));
    expect(await findings()).to.deep.equal(['down-does-not-undo NoDefault up']);
  });

  it('Lint accepts a reformatted file with added comments as verified', async () => {
    await project.succeed(counters(), 'Initial');
    await edit('Initial', (text) =>
      text
        .replace('export class', '// a remark\nexport class')
        .replace('\n  override readonly sqlite', '\n\n\n  override readonly sqlite'),
    );
    expect(await findings()).to.deep.equal([]);
  });
});
