import { expect } from 'chai';
import { differencesOf, type AcceptedDifference } from '../../../src/drift/accepted/accepted-difference.js';
import { applyAccepted } from '../../../src/drift/accepted/apply-accepted.js';
import type { Change } from '../../../src/schema/change.js';
import { raw } from '../../../src/schema/model.js';
import { check, column, full, schema } from '../schema/samples.js';

const TWO: Change = {
  kind: 'alter-column',
  table: full.name,
  object: 'a',
  aspects: ['nullable', 'default'],
  live: column('a', { nullable: true, default: raw('1') }),
  desired: column('a', { default: raw('2') }),
};
const GONE: Change = { kind: 'drop-check', table: full.name, object: 'ck', live: check('ck', 'a > 0') };
const COMPARED = { dialect: 'postgres', changes: [TWO, GONE], uncomparable: [], pending: [] } as const;

function accepting(change: Change): readonly AcceptedDifference[] {
  return differencesOf(change, 'postgres').map((difference) => ({ ...difference, reason: 'kept' }));
}

const apply = (entries: readonly AcceptedDifference[], compared: object = {}) =>
  applyAccepted({ ...COMPARED, ...compared }, entries, schema(full));

const problems = (entries: readonly AcceptedDifference[], compared: object = {}) =>
  apply(entries, compared).stale.map(({ problem }) => problem);

describe('Accepted differences', () => {
  it('Accepted differences are separated aspect by aspect', () => {
    const [, byDefault] = accepting(TWO);
    const { changes, accepted, stale } = apply(byDefault ? [byDefault] : []);
    expect(changes).to.deep.equal([{ ...TWO, aspects: ['nullable'] }, GONE]);
    expect(accepted).to.deep.equal([{ change: { ...TWO, aspects: ['default'] }, reason: 'kept' }]);
    expect(stale).to.deep.equal([]);
  });

  it('Accepted differences leave nothing where all of them are accepted', () => {
    const { changes, accepted, stale } = apply([...accepting(GONE), ...accepting(TWO)]);
    expect([changes, accepted.length, stale]).to.deep.equal([[], 3, []]);
  });

  for (const [field, value] of Object.entries({
    kind: 'drop-index',
    table: 'another',
    object: 'ck_2',
    aspect: 'expression',
    live: { name: 'ck', expression: 'a > 1', validated: true },
    desired: { name: 'ck' },
  }))
    it(`Accepted differences match nothing where their ${field} is another one`, () => {
      const entries = accepting(GONE).map((entry) => ({ ...entry, [field]: value }));
      const { changes, accepted, stale } = apply(entries);
      expect([changes, accepted]).to.deep.equal([[TWO, GONE], []]);
      expect(stale.map(({ entry }) => entry)).to.deep.equal(entries);
    });

  it('An entry that matches nothing names the cause', () => {
    const entries = accepting(GONE);
    expect(problems(entries, { changes: [] })).to.deep.equal(['the database has no such difference']);
    const other = { ...GONE, live: check('ck', 'a > 5') };
    expect(problems(entries, { changes: [other] })).to.deep.equal([
      `the difference is another one now. Check ${full.name}.ck is in the database, but no entity declares it: expression a > 5.`,
    ]);
    const elsewhere = entries.map((entry) => ({ ...entry, table: 'invoices' }));
    expect(problems(elsewhere)).to.deep.equal([
      'no entity declares invoices; the file may belong to another database',
    ]);
    const ofType = entries.map((entry) => ({ ...entry, table: '', object: 'mood' }));
    expect(problems(ofType)).to.deep.equal([
      'no entity declares mood; the file may belong to another database',
    ]);
  });

  it('An entry is not stale where its difference may be there all the same', () => {
    const entries = accepting(GONE);
    const unknown = { kind: 'check', table: full.name, object: 'ck', live: null, desired: null, reason: '' };
    expect(problems(entries, { changes: [], pending: ['Later1700000000000'] })).to.deep.equal([]);
    expect(problems(entries, { changes: [], uncomparable: [unknown] })).to.deep.equal([]);
    expect(problems(entries.map((entry) => ({ ...entry, dialect: 'sqlite' as const })))).to.deep.equal([]);
  });
});
