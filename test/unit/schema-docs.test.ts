import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaDocs } from '../../scripts/schema-docs.js';
import { root } from '../support/root.js';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('The schema in the documentation', () => {
  it('The diagram and the tables are those of the entities', async () => {
    const files = await schemaDocs(read('docs/schema.md'));
    expect(Object.keys(files)).to.deep.equal(['docs/schema.svg', 'docs/schema.md']);
    for (const [file, text] of Object.entries(files))
      expect(read(file) === text, `${file} is not current: run npm run docs:schema`).to.equal(true);
  });

  it('A page without the place for the schema is refused', async () => {
    const failure = await schemaDocs('# A page').catch((error: unknown) => error);
    expect(failure).to.have.property('message').that.includes('lacks the lines');
  });
});
