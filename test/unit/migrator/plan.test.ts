import { expect } from 'chai';
import { UsageError } from '../../../src/errors/base.js';
import {
  DatabaseAheadError,
  RevisionEditedError,
  RevisionInvalidError,
  RevisionMissingError,
  RevisionOutOfOrderError,
} from '../../../src/errors/migration.js';
import type { History } from '../../../src/migrator/history.js';
import { planDown, planStamp, planUp, settleTarget, type PlannedStep } from '../../../src/migrator/plan.js';
import { parseTarget } from '../../../src/migrator/target.js';
import { thrownBy } from '../support/thrown-by.js';
import { historyOf } from './history-of.js';

const A = 'Alpha1000000000001';
const B = 'Bravo1000000000002';
const C = 'Charlie1000000000003';
const D = 'Delta1000000000004';
/** The stamp of B. In the list it stands behind B. */
const TWIN = 'Amend1000000000002';

const ids = (steps: readonly PlannedStep[]) => steps.map(({ revision }) => revision);
const up = (history: History, target = 'head', allow = {}) =>
  planUp({ history, target: parseTarget(target), allow });
const down = (history: History, target = '-1', allow = {}) =>
  planDown({ history, target: parseTarget(target), allow });

interface Case {
  readonly known: readonly string[];
  readonly applied: readonly string[];
  readonly target: string;
  readonly steps: readonly string[];
}

const UP: readonly Case[] = [
  { known: [], applied: [], target: 'head', steps: [] },
  { known: [A, B], applied: [], target: 'head', steps: [A, B] },
  { known: [A, B, C], applied: [A], target: 'head', steps: [B, C] },
  { known: [A, B, C], applied: [A, B, C], target: 'head', steps: [] },
  { known: [A, B, C], applied: [], target: '+2', steps: [A, B] },
  { known: [A, B, C], applied: [A, B], target: '+1', steps: [C] },
  { known: [A, B], applied: [A, B], target: '+3', steps: [] },
  { known: [A, B, C], applied: [], target: B, steps: [A, B] },
  { known: [A, B, C], applied: [A], target: 'brav', steps: [B] },
  { known: [A, B, C], applied: [A, B], target: 'Bravo', steps: [] },
  { known: [A, B, TWIN, C], applied: [], target: 'head', steps: [A, B, TWIN, C] },
  { known: [A, B, TWIN, C], applied: [], target: B, steps: [A, B] },
  { known: [A, B, TWIN, C], applied: [A, B], target: TWIN, steps: [TWIN] },
];

const DOWN: readonly Case[] = [
  { known: [], applied: [], target: '-1', steps: [] },
  { known: [A, B], applied: [], target: 'base', steps: [] },
  { known: [A, B, C], applied: [A, B, C], target: '-1', steps: [C] },
  { known: [A, B, C], applied: [A, B, C], target: '-2', steps: [C, B] },
  { known: [A, B, C], applied: [B, A], target: 'base', steps: [B, A] },
  { known: [A, B, C], applied: [A, B, C], target: A, steps: [C, B] },
  { known: [A, B, C], applied: [A, B], target: 'BRAVO', steps: [] },
  { known: [A, B, TWIN], applied: [A, B, TWIN], target: B, steps: [TWIN] },
  { known: [A, B, TWIN], applied: [A, TWIN, B], target: '-2', steps: [TWIN, B] },
];

describe('A plan', () => {
  for (const { known, applied, target, steps } of UP) {
    it(`The plan up ${target} from [${applied.join()}] of [${known.join()}] applies [${steps.join()}]`, () => {
      const plan = up(historyOf({ known, applied }), target);
      expect(ids(plan.steps)).to.deep.equal(steps);
      for (const step of plan.steps)
        expect(step).to.include({ direction: 'up', kind: 'run', change: 'insert' });
      expect(plan.warnings).to.deep.equal([]);
    });
  }

  for (const { known, applied, target, steps } of DOWN) {
    it(`The plan down ${target} from [${applied.join()}] of [${known.join()}] reverts [${steps.join()}]`, () => {
      const plan = down(historyOf({ known, applied }), target);
      expect(ids(plan.steps)).to.deep.equal(steps);
      for (const step of plan.steps)
        expect(step).to.include({ direction: 'down', kind: 'run', change: 'delete' });
    });
  }

  const nowhere: readonly (readonly [plan: () => unknown, message: string])[] = [
    [
      () => up(historyOf({ known: [A, B], applied: [A] }), '+2'),
      `+2 is too far: 1 revision(s) pending: ${B}.`,
    ],
    [
      () => down(historyOf({ known: [A, B], applied: [A] }), '-2'),
      `-2 is too far: 1 revision(s) applied: ${A}.`,
    ],
    [
      () => up(historyOf({ known: [A], applied: [] }), '-1'),
      '-1 is the wrong direction: up takes +1, +2 and so on.',
    ],
    [
      () => down(historyOf({ known: [A], applied: [A] }), '+1'),
      '+1 is the wrong direction: down takes -1, -2 and so on.',
    ],
    [
      () => up(historyOf({ known: [A], applied: [A] }), 'base'),
      'up cannot reach base. To see what reverting everything would run: down base --plan',
    ],
    [
      () => down(historyOf({ known: [A], applied: [] }), 'head'),
      'down cannot reach head. To apply everything: up head',
    ],
    [
      () => up(historyOf({ known: [A, B], applied: [A, B] }), A),
      `${A} is applied, and older than the current revision ${B}. To see what reverting to it would run: down ${A} --plan`,
    ],
    [() => down(historyOf({ known: [A, B], applied: [A] }), B), `${B} is not applied. To apply it: up ${B}`],
    [
      () => up(historyOf({ known: [A, B], applied: [] }), '100000'),
      `"100000" matches several revisions: ${A}, ${B}. Use a longer part of the name.`,
    ],
    [
      () => up(historyOf({ known: [A, C], applied: [] }), 'Alfa'),
      `There is no revision "Alfa". Did you mean ${A}?`,
    ],
    [
      () => up(historyOf({ known: [], applied: [] }), 'Alfa'),
      'There is no revision "Alfa". The history is empty.',
    ],
    [
      () => planStamp({ history: historyOf({ known: [A], applied: [] }), target: parseTarget('+1') }),
      'stamp takes head, base or a revision, not +1.',
    ],
  ];
  for (const [plan, message] of nowhere) {
    it(`A plan rejects its target: ${message}`, () => {
      expect(thrownBy(UsageError, plan).message).to.equal(message);
    });
  }
});

describe('A plan up', () => {
  it('A plan up rejects pending revisions older than the current one, each by name, unless allowed', () => {
    const history = historyOf({ known: [A, B, C, D], applied: [C] });
    const error = thrownBy(RevisionOutOfOrderError, () => up(history));
    expect(error).to.deep.include({ code: 'REVISION_OUT_OF_ORDER', revisions: [A, B], current: C });
    expect(ids(up(history, 'head', { outOfOrder: true }).steps)).to.deep.equal([A, B, D]);
    expect(ids(up(history, B, { outOfOrder: true }).steps)).to.deep.equal([A, B]);
  });

  it('A plan up rejects a database with an older revision that the code does not have, unless allowed', () => {
    const history = historyOf({ known: [A, C], applied: [A, B] });
    const error = thrownBy(RevisionMissingError, () => up(history));
    expect(error).to.deep.include({ code: 'REVISION_MISSING', revisions: [B] });
    expect(up(history, 'head', { missing: true })).to.deep.include({
      warnings: [`${B}: recorded in the database, not in this code`],
    });
  });

  it('A plan up reports a database with all revisions of the code and more as ahead, unless allowed', () => {
    const history = historyOf({ known: [A, B], applied: [A, B, C, D] });
    expect(thrownBy(DatabaseAheadError, () => up(history)).revisions).to.deep.equal([C, D]);
    expect(up(history, 'head', { missing: true }).steps).to.deep.equal([]);
  });

  it('A plan up does not report a database that lacks a revision of the code as ahead', () => {
    expect(() => up(historyOf({ known: [A, B], applied: [A, D] }))).to.throw(RevisionMissingError);
  });

  it('A plan up reports a missing revision before one that is out of order or edited', () => {
    const history = historyOf({ known: [A, C], applied: [B, C], edited: [C] });
    expect(() => up(history)).to.throw(RevisionMissingError);
  });

  it('A plan up changes neither of its input lists', () => {
    const history = historyOf({ known: [A, B], applied: [B, A] });
    Object.freeze(history.known);
    Object.freeze(history.applied);
    expect(() => [up(history), down(history)]).not.to.throw();
  });
});

describe('A plan for an edited history', () => {
  const history = historyOf({ known: [A, B, C], applied: [A, B], edited: [A] });

  for (const [direction, plan] of [
    ['up', up],
    ['down', down],
  ] as const) {
    it(`A plan ${direction} rejects an edited up, unless allowed`, () => {
      const error = thrownBy(RevisionEditedError, () => plan(history));
      expect(error).to.deep.include({ code: 'REVISION_EDITED', revisions: [A] });
      const allowed = plan(history, undefined, { edited: true });
      expect(allowed.warnings).to.deep.equal([`${A}: edited after it was applied`]);
      expect(allowed.steps).to.have.length(1);
    });
  }

  it('A plan only warns of an edited down, and only when it runs', () => {
    const repaired = historyOf({ known: [A, B, C], applied: [A, B], editedDown: [B] });
    expect(down(repaired).warnings).to.deep.equal([
      `${B}: its down was edited after it was applied; the new text runs`,
    ]);
    expect(up(repaired).warnings).to.deep.equal([]);
  });

  it('A plan treats a revision without noted checksums as unverified, never as edited', () => {
    const adopted = historyOf({ known: [A, B], applied: [A], unverified: [A] });
    expect(ids(up(adopted).steps)).to.deep.equal([B]);
  });
});

describe('A plan down', () => {
  it('A plan down rejects a pending revision older than the current one, unless allowed', () => {
    const history = historyOf({ known: [A, B, C], applied: [A, C] });
    expect(() => down(history)).to.throw(RevisionOutOfOrderError);
    expect(ids(down(history, '-1', { outOfOrder: true }).steps)).to.deep.equal([C]);
  });

  it('A plan down rejects a revision that the code does not have, even where missing ones are allowed', () => {
    const history = historyOf({ known: [A], applied: [A, B] });
    expect(() => down(history, '-1', { missing: true })).to.throw(RevisionMissingError);
  });

  it('A plan down skips an older missing revision where that is allowed', () => {
    const history = historyOf({ known: [A, C], applied: [A, B, C] });
    expect(() => down(history)).to.throw(RevisionMissingError);
    expect(ids(down(history, '-1', { missing: true }).steps)).to.deep.equal([C]);
  });

  it('A plan down rejects a recorded name without a stamp', () => {
    const history = historyOf({ known: [], applied: ['Oddity', A] });
    expect(() => down(history)).to.throw(RevisionInvalidError);
  });
});

describe('A plan to stamp', () => {
  const stamp = (history: History, target: string) =>
    planStamp({ history, target: parseTarget(target) }).steps;

  it('A plan to stamp records missing records up to the target', () => {
    expect(stamp(historyOf({ known: [A, B, C], applied: [] }), B)).to.deep.equal([
      { revision: A, direction: 'up', kind: 'stamp', change: 'insert' },
      { revision: B, direction: 'up', kind: 'stamp', change: 'insert' },
    ]);
  });

  it('A plan to stamp removes the records after the target, newest first, known or not', () => {
    expect(stamp(historyOf({ known: [A, B], applied: [A, B, C] }), A)).to.deep.equal([
      { revision: C, direction: 'down', kind: 'stamp', change: 'delete' },
      { revision: B, direction: 'down', kind: 'stamp', change: 'delete' },
    ]);
    expect(ids(stamp(historyOf({ known: [A, B], applied: [A, B] }), 'base'))).to.deep.equal([B, A]);
  });

  it('A plan to stamp renews edited and unverified records and keeps the rest', () => {
    const history = historyOf({ known: [A, B, C], applied: [A, B, C], edited: [A], unverified: [C] });
    expect(stamp(history, 'head')).to.deep.equal([
      { revision: A, direction: 'up', kind: 'stamp', change: 'keep' },
      { revision: C, direction: 'up', kind: 'stamp', change: 'keep' },
    ]);
  });

  it('A plan to stamp leaves the record of a class without checksums unchanged', () => {
    expect(stamp(historyOf({ known: [A], applied: [A], byHand: [A] }), 'head')).to.deep.equal([]);
  });
});

describe('A settled target', () => {
  const settle = (history: History, target: string, direction: 'up' | 'down') =>
    settleTarget({ history, target: parseTarget(target) }, direction);

  it('A settled target means the same after another process has migrated', () => {
    const before = historyOf({ known: [A, B, C], applied: [A] });
    const after = historyOf({ known: [A, B, C], applied: [A, B] });
    const target = settle(before, '+1', 'up');
    expect(target).to.deep.equal({ kind: 'name', name: B });
    expect(planUp({ history: after, target }).steps).to.deep.equal([]);
  });

  it('A settled target is the revision that is left, or base', () => {
    const history = historyOf({ known: [A, B, C], applied: [A, B] });
    expect(settle(history, '-1', 'down')).to.deep.equal({ kind: 'name', name: A });
    expect(settle(history, '-2', 'down')).to.deep.equal({ kind: 'base' });
  });

  it('A settled target is head, base or a name as written', () => {
    const history = historyOf({ known: [A, B], applied: [A] });
    for (const target of ['head', 'base', 'Bravo'])
      expect(settle(history, target, 'up')).to.deep.equal(parseTarget(target));
  });
});
