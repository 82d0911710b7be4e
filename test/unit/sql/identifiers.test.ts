import { expect } from 'chai';
import {
  foldSqliteName,
  keptName,
  isSameSqliteName,
  NAME_BYTES,
  truncated,
} from '../../../src/sql/identifiers.js';

describe('Identifiers', () => {
  it('PostgreSQL keeps 63 bytes of an identifier and no half of a character', () => {
    const names = ['jobs', 'a'.repeat(NAME_BYTES), 'a'.repeat(70), 'ä'.repeat(40), `${'a'.repeat(61)}😀`];
    expect(names.map(keptName)).to.deep.equal([
      'jobs',
      'a'.repeat(63),
      'a'.repeat(63),
      'ä'.repeat(31),
      'a'.repeat(61),
    ]);
    expect(truncated('jobs_status', 4)).to.equal('jobs');
    expect(truncated('jöbs', 2)).to.equal('j');
  });

  it('SQLite ignores the case of ASCII letters in identifiers, and of no other letter', () => {
    expect(foldSqliteName('Jobs_Ä')).to.equal('jobs_Ä');
    expect(isSameSqliteName('JOBS', 'jobs')).to.equal(true);
    expect(isSameSqliteName('Ä', 'ä')).to.equal(false);
  });
});
