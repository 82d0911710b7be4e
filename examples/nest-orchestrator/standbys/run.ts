/** `npm run example:standbys`: the application on a primary with two standbys, one of which is promoted. */
import { fileURLToPath } from 'node:url';
import { runProcess, root } from '../../../test/support/run-script.js';
import { tellStory } from './story.js';

await tellStory({
  main: fileURLToPath(new URL('../dist/main.js', import.meta.url)),
  tell: (line) => void process.stdout.write(`${line}\n`),
  run: async (command, env) => {
    const { stdout, stderr } = await runProcess(
      process.execPath,
      [`${root}scripts/run.js`, 'orchestrator-db', command],
      { env },
    );
    return `$ npm run -s db -- ${command}\n${(stdout + stderr).trimEnd()}`;
  },
});
