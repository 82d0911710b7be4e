import { expect } from 'chai';
import { revisionGroups } from '../../../src/cli/revision-groups.js';

const idsOf = (ids: readonly string[]) => revisionGroups(ids).map((group) => [group.id, group.ids.length]);

describe('Revisions of one change', () => {
  it('Those whose stamps follow one another under one name are a group', () => {
    expect(
      idsOf(['Base1', 'AddNote10', 'AddNoteBuildIndex11', 'AddNoteValidate12', 'Other13', 'AddNoteLater20']),
    ).to.deep.equal([
      ['Base1', 1],
      ['AddNote10', 3],
      ['Other13', 1],
      ['AddNoteLater20', 1],
    ]);
  });

  it('The shortest name may be the last', () => {
    expect(idsOf(['AddNoteFirst10', 'AddNote11'])).to.deep.equal([['AddNote11', 2]]);
  });

  it('Those that differ are not put together, and an id without a stamp stays alone', () => {
    expect(revisionGroups(['A10', 'AB11'], () => false).length).to.equal(2);
    expect(idsOf(['A', 'AB'])).to.deep.equal([
      ['A', 1],
      ['AB', 1],
    ]);
  });
});
