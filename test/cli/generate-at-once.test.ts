import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LOCK_FILE, withFolderLock } from '../../src/generate/write/folder-lock.js';
import { foreignProject, type ForeignProject } from '../support/foreign-project.js';
import { generateProject, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';

const GOODS = `import { Column, Entity, PrimaryColumn } from 'typeorm';
@Entity('goods')
export class Good {
  @PrimaryColumn({ type: 'bigint' }) id;
}`;

const changed = petEntities({ extra: { name: 'age', type: 'integer', default: 0 } });

for (const globs of [false, true])
  describe(`generate with a revision that the DataSource does not list, with ${globs ? 'globs' : 'classes'}`, function () {
    this.timeout(120_000);
    let project: ForeignProject;
    beforeEach(async () => {
      project = await foreignProject({ dialect: 'sqlite', globs });
      await project.write(GOODS);
      // What the DataSource imports is there from the first compilation on.
      await project.generate('--check');
    });
    afterEach(() => project.remove());

    it('generate names a revision that is not listed, and writes nothing, even without a snapshot', async () => {
      expect((await project.generate('AddGoods')).code).to.equal(0);
      const [file = ''] = await project.files();
      const id = `AddGoods${file.slice(0, 13)}`;
      // Nothing was compiled since.
      for (const args of [['Again'], ['--check']]) {
        const { code, stdout, stderr } = await project.start(args).ended;
        expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
        expect(stderr).to.equal(
          `error: ${id}: in the folder (src/migrations/${file}), but not in the DataSource. Nothing was written. ` +
            'Add it to the migrations of the DataSource, or compile it if the DataSource loads compiled files. Then generate again.\n',
        );
        expect(await project.files()).to.deep.equal([file, 'snapshot.json']);
      }
      expect((await project.generate('--check')).code).to.equal(0);
    });

    it("generate warns of classes in TypeORM's own style, which may belong to another DataSource", async () => {
      const write = (name: string, text: string) => writeFile(join(project.folder, name), text);
      const [old, named] = ['Old1600000000000', 'CreateEv1795000000000'];
      await write('1600000000000-Old.ts', `export class ${old} implements MigrationInterface {}`);
      const { code, stdout, stderr } = await project.start(['--check', '--json']).ended;
      const note =
        `${old}: in the folder (src/migrations/1600000000000-Old.ts), but not in the DataSource. ` +
        'If it belongs to this DataSource, the same changes are generated again: add it to its migrations, or compile it. ' +
        'Delete the files that this command wrote, then generate again.';
      expect({ code, stderr }).to.deep.equal({ code: 2, stderr: `note: ${note}\n` });
      expect((JSON.parse(stdout) as { warnings: unknown }).warnings).to.deep.equal([note]);
      await write('ev.ts', `export class Ev implements MigrationInterface { name = '${named}'; }`);
      const outcome = await project.start(['AddGoods']).ended;
      expect(outcome.code).to.equal(0);
      expect(outcome.stderr).to.equal(
        `note: ${old}, ${named}: in the folder (src/migrations/1600000000000-Old.ts, src/migrations/ev.ts), but not in the DataSource. ` +
          'If they belong to this DataSource, the same changes are generated again: add them to its migrations, or compile them. ' +
          'Delete the files that this command wrote, then generate again.\n',
      );
    });

    it('Two processes that run generate at once write one revision', async () => {
      const outcomes = await Promise.all(['One', 'Two'].map((name) => project.start([name]).ended));
      const [codes, words] = [
        outcomes.map(({ code }) => code),
        outcomes.map(({ stderr }) => stderr).join(''),
      ];
      expect([...codes].sort()).to.deep.equal([0, 1]);
      expect(words).to.match(
        /^error: (src\/migrations: process \d+ on .* is writing revisions into this folder|(One|Two)\d{13}: in the folder .*, but not in the DataSource)\. Nothing was written\. /,
      );
      expect((await project.files()).filter((one) => one.endsWith('.ts'))).to.have.length(1);
      expect((await project.generate('--check')).code).to.equal(0);
    });
  });

describe('generate in a folder that another process writes to', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());

  it('generate refuses a folder that another process writes to, and works afterwards', async () => {
    await project.succeed(petEntities(), 'Initial');
    const before = await project.files();
    await withFolderLock(project.folder, 0, async () => {
      const { code, stderr } = await project.generate(changed, ['AddAge']);
      expect(code).to.equal(1);
      expect(stderr)
        .to.include(`${project.folder}: process ${process.pid} on `)
        .and.include(` is writing revisions into this folder. Nothing was written. `);
      expect((await project.generate(changed, ['--check'])).code).to.equal(2);
    });
    expect(await project.files()).to.deep.equal(before);
    await project.succeed(changed, 'AddAge');
    expect(Object.keys(await project.files())).not.to.include(LOCK_FILE);
  });

  it('generate writes nothing into a folder that git pull changes while it verifies', async () => {
    await project.succeed(petEntities(), 'Initial');
    const snapshot = join(project.folder, 'snapshot.json');
    const [theirs, name] = [`{ "of": "a colleague" }`, '1999999999999-Theirs.ts'];
    const run = project.generate(changed, ['AddAge']);
    const isLocked = () => existsSync(join(project.folder, LOCK_FILE));
    while (!isLocked()) await setTimeout(5);
    // Until the lock is taken and the folder is read, a file counts as one of before.
    await setTimeout(200);
    await writeFile(join(project.folder, name), 'export class Theirs1999999999999 {}');
    await writeFile(snapshot, theirs);
    const { code, stderr } = await run;
    expect({ code, stderr }).to.have.property('code', 1);
    expect(stderr).to.match(
      /^error: .*: another program changed 1999999999999-Theirs\.ts, snapshot\.json while this command ran\. Nothing was written\. Run the command again\.\n$/,
    );
    expect(await readFile(snapshot, 'utf8')).to.equal(theirs);
    const revisions = Object.keys(await project.files()).filter((file) => /^\d{13}-/.test(file));
    expect(revisions).to.have.length(2);
  });
});
