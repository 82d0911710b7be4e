import { expect } from 'chai';
import { join } from 'node:path';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { follow } from '../support/followed-page.js';
import { blocksOf, type Block } from '../support/pages.js';
import { root } from '../support/root.js';
import { typeormProject } from '../support/typeorm-project.js';

const PAGE = 'docs/tutorial.md';
const TYPEORM = join(root, 'node_modules/typeorm/cli-ts-node-commonjs.js');

/** The packages are there already. Of what is not this package's, the types are not checked. */
function typed(words: string): string | undefined {
  if (words.startsWith('npm install')) return undefined;
  return words
    .replace(
      'npx orchestrator-db',
      `env TS_NODE_TRANSPILE_ONLY=true node ${compiledCopy().run} orchestrator-db`,
    )
    .replace('npx typeorm-ts-node-commonjs', `env TS_NODE_TRANSPILE_ONLY=true node ${TYPEORM}`);
}

/** The driver that is installed, and without the command above the project, which only shows what the reader gets. */
function blocks(): readonly Block[] {
  const { type } = chooseSqliteDriver();
  return blocksOf(PAGE)
    .filter(({ section }) => section !== '')
    .map((block) => ({ ...block, lines: block.lines.map((line) => line.replace(`'sqlite'`, `'${type}'`)) }));
}

describe('The tutorial', () => {
  it('The tutorial takes a TypeORM project to its second generated revision, with the output that it shows', async () => {
    const project = await typeormProject({
      type: 'commonjs',
      packages: ['ts-node', 'typescript', '@types', 'libpg-query', 'sqlite3', 'better-sqlite3'],
      dataSource: 'src/data-source.ts',
      files: {},
    });
    try {
      const followed = await follow(blocks(), { folder: project.home, port: 1, env: {}, typed });
      expect(followed).to.have.length(10);
      expect(await project.files('src/migration')).to.deep.equal([
        'STAMP-AddCity.ts',
        'STAMP-AddName.ts',
        'STAMP-CreateUsers.ts',
        'snapshot.json',
      ]);
    } finally {
      await project.remove();
    }
  });
});
