import { expect } from 'chai';
import { missingWords } from '../../support/programs.js';

describe('What a test says where a program is not installed', () => {
  it('The check of programs names the program, and the package of Debian that has it', () => {
    expect(missingWords(['pgpool'])).to.equal(
      'pgpool: not installed. The tests of `npm run test:system` need it. ' +
        'On Debian, run: apt-get install --no-install-recommends pgpool2 (.ci/run does).',
    );
  });

  it('The check of programs names all that are missing at once', () => {
    expect(missingWords(['psql', 'nft'])).to.include(
      'psql, nft: not installed. The tests of `npm run test:system` need them. ' +
        'On Debian, run: apt-get install --no-install-recommends postgresql-client nftables',
    );
  });
});
