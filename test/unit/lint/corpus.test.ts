import { expect } from 'chai';
import type { Finding } from '../../../src/lint/finding.js';
import type { RuleId } from '../../../src/lint/rule-id.js';
import { CATALOG, type CorpusCase } from '../../support/lint-corpus/corpus-case.js';
import { CORPUS } from '../../support/lint-corpus/index.js';
import { disagreements } from '../../support/lint-corpus/judge.js';
import type { Observation } from '../../support/lint-corpus/observe.js';

const NOTHING: Observation = { rewritten: [], indexed: [], scanned: [], locked: [], lost: [], written: 0 };
const LOCKED = { ...NOTHING, locked: ['jobs AccessExclusiveLock'] };
const REWRITTEN = { ...LOCKED, rewritten: ['jobs'] };
const ONE: CorpusCase = { statement: 'ALTER TABLE "jobs" SET UNLOGGED' };

function finding(rule: RuleId): Finding {
  const place = { revision: 'Change1', dialect: 'postgres', direction: 'up', statement: 1, of: 1 } as const;
  return { ...place, rule, message: '', replacement: null, page: '' };
}

function judgedOn18(
  one: CorpusCase,
  observation: Observation,
  ...rules: readonly RuleId[]
): readonly string[] {
  return disagreements(one, { observation, findings: rules.map(finding), major: 18 });
}

describe('The lint corpus, as it is written', () => {
  it('The lint corpus has more than 250 different statements, and each with its set-up once', () => {
    const keys = CORPUS.map(({ statement, given, on }) => JSON.stringify([statement, given, on]));
    expect(new Set(CORPUS.map(({ statement }) => statement)).size).to.be.above(250);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).to.deep.equal([]);
  });

  it('The judge of the lint corpus reports what the server does and lint does not mention', () => {
    expect(judgedOn18(ONE, REWRITTEN)).to.deep.equal([
      'lint does not report rewrite: rewrites jobs; locks jobs AccessExclusiveLock; it reports nothing',
    ]);
    expect(judgedOn18(ONE, LOCKED)[0]).to.match(/^lint does not report lock/);
    expect(judgedOn18(ONE, REWRITTEN, 'set-not-null-unproven')[0]).to.match(/^lint does not report rewrite/);
    expect(judgedOn18(ONE, REWRITTEN, 'rewrite-table')).to.deep.equal([]);
  });

  it('The judge of the lint corpus reports a finding for which the server does nothing, and a wrong reason', () => {
    expect(judgedOn18(ONE, NOTHING, 'rewrite-table')).to.deep.equal([
      'lint reports rewrite-table, and the server does: nothing',
    ]);
    const scanned = { ...LOCKED, scanned: ['jobs'] };
    expect(judgedOn18(ONE, scanned, 'rewrite-table', 'add-check-validated')[0]).to.match(
      /^lint reports rewrite-table/,
    );
  });

  it('The judge of the lint corpus reports a reason that is not needed any more', () => {
    expect(judgedOn18({ ...ONE, silent: CATALOG }, LOCKED)).to.deep.equal([]);
    expect(judgedOn18({ ...ONE, silent: CATALOG }, REWRITTEN)[0]).to.match(/^lint does not report rewrite/);
    expect(judgedOn18({ ...ONE, silent: CATALOG }, NOTHING)).to.deep.equal([
      'the reason for silence is not needed',
    ]);
    const less = { on: [18], reason: 'x' } as const;
    expect(judgedOn18({ ...ONE, less }, NOTHING, 'rewrite-table')).to.deep.equal([]);
    expect(judgedOn18({ ...ONE, less }, REWRITTEN, 'rewrite-table')).to.deep.equal([
      'the reason for less is not needed',
    ]);
  });
});
