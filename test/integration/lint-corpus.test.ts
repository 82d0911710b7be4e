import { expect } from 'chai';
import { onDatabase } from '../support/databases.js';
import { CORPUS } from '../support/lint-corpus/index.js';
import { problemsIn, runCorpus } from '../support/lint-corpus/run.js';
import { postgresServer } from '../support/servers.js';
import { serverVersion } from '../support/server-databases.js';

/** One of how many; `npm run test:system` runs all, on the oldest and the newest server. */
const SHARE = 12;

onDatabase('postgres', 'A sample of the lint corpus', () => {
  it(`A sample of the lint corpus, every ${SHARE}th statement, is on this server what lint says of it`, async () => {
    const major = (await serverVersion()) < 180_000 ? 14 : 18;
    const sample = CORPUS.filter((_one, index) => index % SHARE === 0);
    const results = await runCorpus({ target: postgresServer(), major }, sample);
    expect(results).to.have.length.greaterThan(20);
    expect(problemsIn(results)).to.deep.equal([]);
  }).timeout(180_000);
});
