import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMoved, writeRebased } from '../../../src/generate/write/rebase-files.js';

const MOVE = { from: 'AddAge1700000000000', to: 'AddAge1700000005000' };

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
    expect(files).to.deep.equal(names.map((name) => join(folder, name)));
    expect(await readdir(folder)).to.have.members([...names, 'snapshot.json']);
    for (const file of files) expect(await readFile(file, 'utf8')).to.contain('class AddAge1700000005000 ');
  });

  it('Two sources of one revision are refused', async () => {
    await writeFile(join(folder, 'other.ts'), `export class AddAge1700000000000 extends Revision {}\n`);
    const failure = await findMoved(folder, [MOVE]).then(String, String);
    expect(failure).to.match(/: two files contain it: .*1700000000000-AddAge\.ts and .*other\.ts\./);
  });
});
