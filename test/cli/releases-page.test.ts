import { expect } from 'chai';
import { join } from 'node:path';
import { compiledCopy } from '../support/compiled-copy.js';
import { onDatabase } from '../support/databases.js';
import { follow } from '../support/followed-page.js';
import { blocksOf } from '../support/pages.js';
import { root } from '../support/root.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { typeormProject } from '../support/typeorm-project.js';

const TSC = join(root, 'node_modules/typescript/bin/tsc');

/** What the pipeline runs needs a cluster of Kubernetes. */
const blocks = blocksOf('docs/releases.md').filter(
  ({ section }) => section !== '' && section !== 'In a pipeline',
);

/** The packages are there already, and their types are not checked. */
function typed(words: string): string | undefined {
  if (words.startsWith('npm ')) return undefined;
  return words
    .replace('npx orchestrator-db', `env node ${compiledCopy().run} orchestrator-db`)
    .replace('npx tsc', `env node ${TSC} --noCheck`);
}

onDatabase('postgres', 'The page about a release without downtime', (database) => {
  it('The page about a release without downtime renames a column under two releases, with the output that it shows', async function () {
    this.timeout(180_000);
    const project = await typeormProject({
      type: 'module',
      packages: ['typescript', '@types', 'libpg-query', 'pg', 'class-validator'],
      dataSource: 'dist/data-source.js',
      files: {},
    });
    try {
      const env = { DATABASE_URL: database().url, SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
      const followed = await follow(blocks, { folder: project.home, port: 1, env, typed });
      expect(followed).to.have.length(19);
    } finally {
      await project.remove();
    }
  });
});
