import { expect } from 'chai';
import { MAJORS } from '../support/lint-corpus/corpus-case.js';
import { CORPUS } from '../support/lint-corpus/index.js';
import { problemsIn, runCorpus } from '../support/lint-corpus/run.js';
import { corpusServer } from '../support/lint-corpus/server.js';

describe('The lint corpus', () => {
  for (const major of MAJORS)
    it(`The lint corpus is on PostgreSQL ${major} what lint says of it: rewrites, scans, locks, losses and advice`, async () => {
      const server = await corpusServer(major);
      try {
        const results = await runCorpus({ target: server.target, major }, CORPUS);
        expect(results).to.have.length.greaterThan(250);
        expect(problemsIn(results)).to.deep.equal([]);
      } finally {
        await server.stop();
      }
    }).timeout(600_000);
});
