import { expect } from 'chai';
import { UsageError } from '../../../src/errors/base.js';
import { partialDistance, suggest } from '../../../src/migrator/suggest.js';
import { parseTarget, resolveName, targetWords } from '../../../src/migrator/target.js';
import { thrownBy } from '../support/thrown-by.js';

const IDS = ['AddJobs1764000000001', 'AddJobNotes1764000000002', 'DropNotes1764000000003'];

describe('A target', () => {
  for (const [text, target] of [
    ['head', { kind: 'head' }],
    ['base', { kind: 'base' }],
    ['+2', { kind: 'relative', by: 2 }],
    ['-13', { kind: 'relative', by: -13 }],
    ['AddJobs', { kind: 'name', name: 'AddJobs' }],
    ['1764000000003', { kind: 'name', name: '1764000000003' }],
  ] as const) {
    it(`The target ${text} is parsed and printed again`, () => {
      expect(parseTarget(text)).to.deep.equal(target);
      expect(targetWords(target)).to.equal(text);
    });
  }

  for (const text of ['+0', '-0']) {
    it(`The target ${text} is rejected when it changes nothing`, () => {
      expect(thrownBy(UsageError, () => parseTarget(text)).message).to.equal(
        `${text} changes nothing. Use +1, +2 or -1, -2 and so on.`,
      );
    });
  }
});

describe('The name of a revision', () => {
  for (const [name, id] of [
    ['AddJobs1764000000001', IDS[0]],
    ['addjobs', IDS[0]],
    ['1764000000002', IDS[1]],
    ['JobNotes', IDS[1]],
    ['drop', IDS[2]],
  ] as const) {
    it(`The name ${name} matches the only revision that contains it`, () => {
      expect(resolveName(name, IDS)).to.equal(id);
    });
  }

  it('A full name matches its revision, even if another name contains it', () => {
    const ids = ['Add1764000000001', 'ReAdd1764000000001'];
    expect(resolveName('Add1764000000001', ids)).to.equal('Add1764000000001');
  });

  it('A name without its stamp matches its revision, even if other names begin with it', () => {
    const ids = ['RenameNickExpand1764000000001', 'RenameNick1764000000002', 'RenameNickDrop1764000000003'];
    expect(resolveName('renamenick', ids)).to.equal('RenameNick1764000000002');
    expect(thrownBy(UsageError, () => resolveName('RenameNi', ids)).message).to.include(ids.join(', '));
    const twice = ['Add1764000000001', 'Add1764000000002', 'AddMore1764000000003'];
    expect(thrownBy(UsageError, () => resolveName('Add', twice)).message).to.include(
      'several revisions: Add1764000000001, Add1764000000002. Use',
    );
  });

  it('An ambiguous name is rejected with all its matches', () => {
    expect(thrownBy(UsageError, () => resolveName('notes', IDS)).message).to.equal(
      `"notes" matches several revisions: ${IDS[1]}, ${IDS[2]}. Use a longer part of the name.`,
    );
  });

  it('An unknown name is rejected with the names like it', () => {
    expect(thrownBy(UsageError, () => resolveName('DropNots', IDS)).message).to.equal(
      `There is no revision "DropNots". Did you mean ${IDS[2]} or ${IDS[1]}?`,
    );
  });
});

describe('Suggestions', () => {
  it('suggest returns three similar names at most, and compares stamps only if the word has one', () => {
    expect(suggest('jbos', ['users', 'jobs', 'jobsb', 'jobsc', 'jobsd'])).to.deep.equal([
      'jobs',
      'jobsb',
      'jobsc',
    ]);
    expect(suggest('nonsense', ['InitialSchema1764000000001', 'AdminUsers1764000000002'])).to.deep.equal([]);
    expect(suggest('Add1764000000009', ['Drop1764000000001', 'Add1764000000002'])[0]).to.equal(
      'Add1764000000002',
    );
    expect(suggest('x', [])).to.deep.equal([]);
  });

  for (const [from, to, distance] of [
    ['', '', 0],
    ['kitten', 'sitting', 2],
    ['abc', '', 3],
    ['jobs', 'jobs', 0],
    ['sed', 'seedpool', 1],
  ] as const) {
    it(`The distance from "${from}" to a part of "${to}" is ${distance}`, () => {
      expect(partialDistance(from, to)).to.equal(distance);
    });
  }
});
