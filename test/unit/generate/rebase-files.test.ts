import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMoved, writeRebased } from '../../../src/generate/write/rebase-files.js';

const MOVE = { from: 'AddAge1700000000000', to: 'AddAge1700000005000', isPlain: false };

describe('The files of a rebase', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-rebase-'));
    for (const extension of ['ts', 'js'])
      await writeFile(
        join(folder, `1700000000000-AddAge.${extension}`),
        `export class AddAge1700000000000 extends Revision {}\n`,
      );
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('A compiled file beside its source moves with it', async () => {
    const moved = await findMoved(folder, [MOVE]);
    const { files } = await writeRebased(folder, moved, { head: MOVE.to, schemas: {} });
    const names = ['1700000005000-AddAge.ts', '1700000005000-AddAge.js'];
    expect(files).to.deep.equal(names.map((name) => ({ from: MOVE.from, path: join(folder, name) })));
    expect(await readdir(folder)).to.have.members([...names, 'snapshot.json']);
    for (const { path } of files)
      expect(await readFile(path, 'utf8')).to.contain('class AddAge1700000005000 ');
  });

  it("A class in TypeORM's own style moves within its file where that has no stamp, and without a snapshot", async () => {
    await rm(join(folder, '1700000000000-AddAge.js'));
    await rename(join(folder, '1700000000000-AddAge.ts'), join(folder, 'add-age.ts'));
    await writeFile(join(folder, 'list.ts'), `export { AddAge1700000000000 } from './add-age.js';\n`);
    const moved = await findMoved(folder, [{ ...MOVE, isPlain: true }]);
    const { files, updated } = await writeRebased(folder, moved, { head: MOVE.to, schemas: {} });
    expect(files).to.deep.equal([{ from: MOVE.from, path: join(folder, 'add-age.ts') }]);
    expect(updated).to.deep.equal([join(folder, 'list.ts')]);
    expect(await readdir(folder)).to.have.members(['add-age.ts', 'list.ts']);
    for (const name of ['add-age.ts', 'list.ts'])
      expect(await readFile(join(folder, name), 'utf8')).to.contain('AddAge1700000005000 ');
  });

  it('A file that is named after its class and not as the class is spelled moves, and what imports it follows', async () => {
    await rm(join(folder, '1700000000000-AddAge.js'));
    await rename(join(folder, '1700000000000-AddAge.ts'), join(folder, '1700000000000-add-age.ts'));
    await writeFile(join(folder, 'list.ts'), `export * from './1700000000000-add-age.js';\n`);
    const moved = await findMoved(folder, [{ ...MOVE, isPlain: true }]);
    await writeRebased(folder, moved, { head: MOVE.to, schemas: {} });
    expect(await readdir(folder)).to.have.members(['1700000005000-add-age.ts', 'list.ts']);
    expect(await readFile(join(folder, 'list.ts'), 'utf8')).to.equal(
      `export * from './1700000005000-add-age.js';\n`,
    );
  });

  it('Two sources of one revision are refused', async () => {
    await writeFile(join(folder, 'other.ts'), `export class AddAge1700000000000 extends Revision {}\n`);
    const failure = await findMoved(folder, [MOVE]).then(String, String);
    expect(failure).to.match(/: two files contain it: .*1700000000000-AddAge\.ts and .*other\.ts\./);
  });
});
