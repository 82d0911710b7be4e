import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/run-script.js';

/** Folders of src with files in them. Revisions describe themselves, and `generate` writes the list of them. */
function foldersOf(parent: string): readonly string[] {
  const entries = readdirSync(join(root, parent), { withFileTypes: true });
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${parent}/${name}`);
  const hasFiles = entries.some((entry) => entry.isFile());
  return [...(hasFiles && parent !== 'src/migrations' ? [parent] : []), ...inside.flatMap(foldersOf)];
}

const folders = foldersOf('src');

describe('Folders of src', () => {
  it('have a file whose first line describes what happens in the folder', () => {
    const silent = folders.filter(
      (folder) =>
        !readdirSync(join(root, folder))
          .filter((name) => name.endsWith('.ts'))
          .some((name) => readFileSync(join(root, folder, name), 'utf8').startsWith('/**')),
    );
    expect(folders.length).to.be.greaterThan(30);
    expect(silent).to.deep.equal([]);
  });

  it('never share their name with a file', () => {
    expect(folders.filter((folder) => existsSync(join(root, `${folder}.ts`)))).to.deep.equal([]);
  });
});
