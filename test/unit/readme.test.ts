import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/run-script.js';

const SHOWN = [
  ['README.md', 'ormconfig.ts'],
  ['README.md', 'app.module.ts'],
  ['docs/nestjs.md', 'ormconfig.ts'],
  ['docs/nestjs.md', 'jobs/jobs.service.test.ts'],
] as const;

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('The quoted files of the example', () => {
  for (const [page, file] of SHOWN)
    it(`${page} quotes ${file} of the example exactly`, () => {
      expect(read(page)).to.contain(`\n${read(`examples/nest-orchestrator/src/${file}`).trimEnd()}\n\`\`\``);
    });
});
