import { expect } from 'chai';
import { tellStory } from '../../examples/nest-orchestrator/standbys/story.js';
import { buildExample } from '../support/example.js';
import { alike } from '../support/followed-page.js';
import { blocksOf, commandsOf } from '../support/pages.js';
import { tell } from '../support/replicas.js';
import { runScript } from '../support/run-script.js';

const COMMAND = 'npm run -s example:standbys';

describe('The example on a primary with two standbys, one of which is promoted while it works', () => {
  it(`The example goes on when a standby is promoted, with each job once, and docs/operations.md shows what is printed`, async () => {
    const printed: string[] = [];
    await tellStory({
      main: buildExample(),
      tell: (line) => void printed.push(...line.split('\n')),
      run: async (command, env) => {
        const { stdout, stderr } = await runScript('orchestrator-db', [command], { env });
        return `$ npm run -s db -- ${command}\n${(stdout + stderr).trimEnd()}`;
      },
    });
    const blocks = blocksOf('docs/operations.md').flatMap(commandsOf);
    const shown = blocks.find(({ words }) => words === COMMAND)?.shown ?? [];
    expect(shown.map(alike)).to.deep.equal(printed.map(alike));
    tell(printed.at(-1) ?? '');
  });
});
