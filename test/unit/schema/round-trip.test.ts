import { expect } from 'chai';
import fc from 'fast-check';
import { apply } from './apply.js';
import type { Change } from '../../../src/schema/change.js';
import { diff } from '../../../src/schema/diff.js';
import { invert, invertInOrder } from '../../../src/schema/invert.js';
import type { Expression, SchemaModel, TableModel } from '../../../src/schema/model.js';
import type { DialectName } from '../../../src/databases/registry.js';
import { normalise } from '../../../src/schema/normalise.js';
import { pairsOfSchemas, untidySchemas } from './arbitraries.js';
import {
  check,
  exclusion,
  foreignKey,
  index,
  indexKey,
  key,
  schema,
  canonicalized,
  table,
} from './samples.js';

const RUNS = 400;

/** A schema with every expression as the database spells it, so that two that mean the same are deeply equal. */
function meaningOf(model: SchemaModel): SchemaModel {
  const canonicalize = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'canonical' in value
      ? (value as Expression).canonical
      : value;
  return normalise(JSON.parse(JSON.stringify(model, canonicalize)) as SchemaModel);
}

/** Both sides of the same pair list their changes in another order; the changes are the same. */
function asSet(changes: readonly Change[]): readonly Change[] {
  const keyOf = (change: Change) => {
    const { kind, table: name, object } = change;
    const live = 'live' in change ? change.live : null;
    return JSON.stringify([kind, name, object, live, 'desired' in change ? change.desired : null]);
  };
  return [...changes].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The fields by which a change is ordered. */
function placeOf(change: Change): string {
  const part = change.kind.slice(change.kind.indexOf('-') + 1);
  const { name } = 'desired' in change ? change.desired : change.live;
  return [change.table, part, name ?? ''].join(' ');
}

function expectRoundTrip(live: SchemaModel, desired: SchemaModel): void {
  const changes = diff(live, desired);
  expect(meaningOf(apply(live, changes))).to.deep.equal(meaningOf(desired));
  expect(meaningOf(apply(desired, invert(changes)))).to.deep.equal(meaningOf(live));
  expect(asSet(invert(changes))).to.deep.equal(asSet(diff(desired, live)));
  expect(invert(invert(changes))).to.deep.equal(changes);
  expect(asSet(invertInOrder(changes))).to.deep.equal(asSet(invert(changes)));
  expect(invertInOrder(changes).map(placeOf)).to.deep.equal(diff(desired, live).map(placeOf));
}

for (const dialect of ['postgres', 'sqlite'] as const satisfies readonly DialectName[]) {
  describe(`Any two schemas (${dialect})`, () => {
    it('Any two schemas become equal by their difference, in both directions, and one direction inverts the other', () => {
      fc.assert(
        fc.property(pairsOfSchemas(dialect), ([live, desired]) => expectRoundTrip(live, desired)),
        { numRuns: RUNS },
      );
    });

    it('Any two schemas have no difference exactly if they mean the same', () => {
      fc.assert(
        fc.property(pairsOfSchemas(dialect), ([live, desired]) => {
          const same = JSON.stringify(meaningOf(live)) === JSON.stringify(meaningOf(desired));
          expect(diff(live, desired).length === 0).to.equal(same);
        }),
        { numRuns: RUNS },
      );
    });

    it('A schema does not differ from itself, nor from a copy that is written differently', () => {
      const otherwise = (_key: string, value: unknown): unknown =>
        typeof value === 'object' && value !== null && 'canonical' in value
          ? { ...value, sql: `((${(value as Expression).sql}))` }
          : value;
      fc.assert(
        fc.property(untidySchemas(dialect).map(normalise), (one) => {
          const copy = normalise(JSON.parse(JSON.stringify(one, otherwise)) as SchemaModel);
          expect(diff(one, one)).to.deep.equal([]);
          expect(diff(one, copy)).to.deep.equal([]);
        }),
        { numRuns: RUNS },
      );
    });

    it('A schema stays the same after being normalised once, whatever its order', () => {
      fc.assert(
        fc.property(untidySchemas(dialect), (untidy) => {
          const once = normalise(untidy);
          expect(normalise(once)).to.deep.equal(once);
          expect(normalise(backwards(untidy))).to.deep.equal(once);
        }),
        { numRuns: RUNS },
      );
    });
  });
}

function backwards(model: SchemaModel): SchemaModel {
  const turned = (one: TableModel): TableModel => ({
    ...one,
    columns: [...one.columns].reverse(),
    uniques: [...one.uniques].reverse(),
    indexes: [...one.indexes].reverse(),
    foreignKeys: [...one.foreignKeys].reverse(),
    checks: [...one.checks].reverse(),
    exclusions: [...one.exclusions].reverse(),
  });
  return { ...model, tables: model.tables.map(turned).reverse(), enums: [...model.enums].reverse() };
}

type Parts = Partial<TableModel>;

/** Pairs that are easy to get wrong, and the expected changes. */
const EDGES: readonly (readonly [title: string, live: Parts, desired: Parts, expected: readonly string[]])[] =
  [
    [
      'two identical unnamed checks of which one is to go',
      { checks: [check(null, 'a > 0'), check(null, 'a > 0')] },
      { checks: [check(null, 'a > 0')] },
      ['drop-check a > 0'],
    ],
    [
      'an unnamed check that is to be there twice',
      { checks: [check(null, 'a > 0')] },
      { checks: [check(null, 'a > 0'), check(null, 'a > 0')] },
      ['add-check a > 0'],
    ],
    [
      'an unnamed check written otherwise',
      { checks: [check(null, canonicalized('(a > 0)', 'a > 0'))] },
      { checks: [check(null, canonicalized('a > 0', 'a > 0'))] },
      [],
    ],
    [
      'an unnamed check of another meaning',
      { checks: [check(null, 'a > 0')] },
      { checks: [check(null, 'a >= 0')] },
      ['add-check a >= 0', 'drop-check a > 0'],
    ],
    [
      'a check that the entities name and the database does not',
      { checks: [check(null, 'a > 0')] },
      { checks: [check('ck', 'a > 0')] },
      ['alter-check ck (name)'],
    ],
    [
      'two checks of one name, which SQLite allows',
      { checks: [check('ck', 'a > 0'), check('ck', 'b > 0')] },
      { checks: [check('ck', 'b > 0')] },
      ['drop-check ck'],
    ],
    [
      'a constraint renamed',
      { uniques: [key('old', 'a', 'b')] },
      { uniques: [key('new', 'a', 'b')] },
      ['alter-unique new (name)'],
    ],
    [
      'a constraint renamed, and another one created under its old name',
      { foreignKeys: [foreignKey('fk')] },
      { foreignKeys: [foreignKey('fk', { onDelete: 'RESTRICT' }), foreignKey('fk_moved')] },
      ['alter-foreign-key fk (onDelete)', 'add-foreign-key fk_moved'],
    ],
    [
      'two constraints that change names',
      { exclusions: [exclusion('x'), exclusion('y', { method: 'btree' })] },
      { exclusions: [exclusion('x', { method: 'btree' }), exclusion('y')] },
      ['alter-exclusion x (method)', 'alter-exclusion y (method)'],
    ],
    [
      'two of one meaning of which one is renamed',
      { indexes: [index('ix_1'), index('ix_2')] },
      { indexes: [index('ix_1'), index('ix_3')] },
      ['alter-index ix_3 (name)'],
    ],
    [
      'an index renamed that also sorts otherwise, which is another one',
      { indexes: [index('old')] },
      { indexes: [index('new', { keys: [indexKey('a', { order: 'DESC' })] })] },
      ['add-index new', 'drop-index old'],
    ],
    [
      'a primary key renamed and made of other columns',
      { primaryKey: key('pk', 'a') },
      { primaryKey: key('pk_jobs', 'b') },
      ['alter-primary-key pk_jobs (name, columns)'],
    ],
  ];

describe('The diff of two tables', () => {
  for (const [title, live, desired, expected] of EDGES) {
    it(`The diff of two tables is exact for ${title}`, () => {
      const [before, after] = [schema(table('jobs', live)), schema(table('jobs', desired))].map(normalise);
      const changes = diff(before!, after!);
      expect(changes.map(({ kind, object, ...rest }) => `${kind} ${object}${aspectsOf(rest)}`)).to.deep.equal(
        expected,
      );
      expectRoundTrip(before!, after!);
    });
  }
});

function aspectsOf(change: object): string {
  return 'aspects' in change ? ` (${(change.aspects as readonly string[]).join(', ')})` : '';
}
