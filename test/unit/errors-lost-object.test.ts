import { expect } from 'chai';
import { ObjectNotRestoredError } from '../../src/errors/migration.js';

describe('An index that a rebuild cannot create again', () => {
  it('An index over a function that is missing is not to be dropped', () => {
    const lost = [{ type: 'index', name: 'ac_email_ci', table: 'ac' }] as const;
    const { message } = new ObjectNotRestoredError(lost, new Error('no such function: norm'));
    expect(message).to.equal(
      'the revision rebuilds a table, and the index ac_email_ci of ac cannot be created again: no such function: norm. ' +
        'Register norm on the connections of the DataSource that migrates, in `prepareDatabase` for example. ' +
        'Or let the program that created it drop it before this revision, and create it again afterwards.',
    );
  });
});
