import { expect } from 'chai';
import type { Change } from '../../../src/schema/change.js';
import { diff } from '../../../src/schema/diff.js';
import type { SchemaModel, TableModel } from '../../../src/schema/model.js';
import { PARTS } from './parts.js';
import { check, column, exclusion, full, index, key, schema, canonicalized, table } from './samples.js';

const SCHEMAS: Readonly<Record<string, SchemaModel>> = {
  'an empty schema': schema(),
  'an empty table': schema(table('jobs')),
  'a full table': schema(full),
  'two tables and an enum': { ...schema(full, table('workers')), enums: [{ name: 'mood', values: ['A'] }] },
};

/** The only model of the only part of a table. */
function onlyPart(parts: Partial<TableModel>): unknown {
  const [part] = Object.values(parts);
  return Array.isArray(part) ? part[0] : part;
}

function objectsOf(changes: readonly Change[]): readonly string[] {
  return changes.map(({ kind, table: name, object }) => `${kind} ${name} ${object}`);
}

describe('diff', () => {
  for (const [title, same] of Object.entries(SCHEMAS)) {
    it(`The diff of ${title} with itself is empty`, () => {
      expect(diff(same, same)).to.deep.equal([]);
      expect(diff(structuredClone(same), same)).to.deep.equal([]);
    });
  }

  it('The diff reports a missing table, with all its parts', () => {
    expect(diff(schema(), schema(full))).to.deep.equal([
      { kind: 'create-table', table: 'jobs', object: 'jobs', desired: full },
    ]);
  });

  it('The diff reports an undeclared table, with all its parts', () => {
    expect(diff(schema(full), schema())).to.deep.equal([
      { kind: 'drop-table', table: 'jobs', object: 'jobs', live: full },
    ]);
  });

  for (const { kind, object, live, desired, aspects } of PARTS) {
    const title = `${kind} (${aspects.join(', ')})`;
    const where = { table: 'jobs', object };

    it(`The diff reports a ${title} that is missing`, () => {
      expect(diff(schema(table('jobs')), schema(table('jobs', desired)))).to.deep.equal([
        { kind: `add-${kind}`, ...where, desired: onlyPart(desired) },
      ]);
    });

    it(`The diff reports a ${title} that no entity declares`, () => {
      expect(diff(schema(table('jobs', live)), schema(table('jobs')))).to.deep.equal([
        { kind: `drop-${kind}`, ...where, live: onlyPart(live) },
      ]);
    });

    it(`The diff reports a ${title} that differs, with both sides and the aspects`, () => {
      expect(diff(schema(table('jobs', live)), schema(table('jobs', desired)))).to.deep.equal([
        { kind: `alter-${kind}`, ...where, aspects, live: onlyPart(live), desired: onlyPart(desired) },
      ]);
    });
  }

  it('The diff reports changed properties of a table itself', () => {
    const [live, desired] = [table('jobs', { comment: 'old' }), table('jobs', { persistence: 'unlogged' })];
    expect(diff(schema(live), schema(desired))).to.deep.equal([
      {
        kind: 'alter-table',
        table: 'jobs',
        object: 'jobs',
        aspects: ['persistence', 'comment'],
        live,
        desired,
      },
    ]);
  });

  it('The diff distinguishes enumerated types by their values and the order of these', () => {
    const mood = (...values: readonly string[]) => ({ name: 'mood', values });
    const withEnum = (...values: readonly string[]) => ({ ...schema(), enums: [mood(...values)] });
    const where = { table: '', object: 'mood' };
    expect(diff(schema(), withEnum('A'))).to.deep.equal([{ kind: 'add-enum', ...where, desired: mood('A') }]);
    expect(diff(withEnum('A'), schema())).to.deep.equal([{ kind: 'drop-enum', ...where, live: mood('A') }]);
    expect(diff(withEnum('A', 'B'), withEnum('B', 'A'))).to.deep.equal([
      {
        kind: 'alter-enum',
        ...where,
        aspects: ['values'],
        live: mood('A', 'B'),
        desired: mood('B', 'A'),
      },
    ]);
  });

  it('The diff does not compare the name of a primary key, which SQLite may not keep', () => {
    const named = schema(table('jobs', { primaryKey: key('pk_jobs', 'a') }));
    expect(diff(schema(table('jobs', { primaryKey: key(null, 'a') })), named)).to.deep.equal([]);
  });

  it('The diff reports a primary key of another name', () => {
    const [live, desired] = [key('pk', 'a'), key('pk_jobs', 'a')];
    const [before, after] = [live, desired].map((primaryKey) => schema(table('jobs', { primaryKey })));
    expect(diff(before!, after!)).to.deep.equal([
      { kind: 'alter-primary-key', table: 'jobs', object: 'pk_jobs', aspects: ['name'], live, desired },
    ]);
  });

  it('The diff compares expressions as the database spells them, however they are written', () => {
    const written = (sql: string, canonical: string) =>
      schema(
        table('jobs', {
          columns: [
            column('a', { default: canonicalized(sql, canonical), generated: canonicalized(sql, canonical) }),
          ],
          indexes: [index('ix', { where: canonicalized(sql, canonical) })],
          checks: [check('ck', canonicalized(sql, canonical))],
          exclusions: [
            exclusion('ex', { elements: [{ expression: canonicalized(sql, canonical), operator: '=' }] }),
          ],
        }),
      );
    expect(diff(written('a<>1', '(a <> 1)'), written('a != 1', '(a <> 1)'))).to.deep.equal([]);
    expect(objectsOf(diff(written('a != 1', '(a <> 1)'), written('a != 1', "(a <> '1')")))).to.deep.equal([
      'alter-column jobs a',
      'alter-index jobs ix',
      'alter-check jobs ck',
      'alter-exclusion jobs ex',
    ]);
  });

  it('The diff identifies a part without a name by its content', () => {
    const live = schema(table('jobs', { checks: [check(null, 'a > 0'), check(null, 'b > 0')] }));
    const desired = schema(table('jobs', { checks: [check(null, 'b > 0'), check(null, 'c > 0')] }));
    expect(objectsOf(diff(live, desired))).to.deep.equal(['add-check jobs c > 0', 'drop-check jobs a > 0']);
  });

  it('The diff orders changes by table, kind and name, enums first, whatever the order of the tables', () => {
    const ends = { ...schema(table('zoo'), full, table('bar')), enums: [{ name: 'z', values: ['A'] }] };
    const live = schema(table('bar', { columns: [column('x')] }), table('jobs'), table('old'));
    const expected = [
      'add-enum  z',
      'drop-column bar x',
      'add-column jobs a',
      'add-column jobs b',
      'add-primary-key jobs pk_jobs',
      'add-unique jobs uq_jobs_b',
      'add-index jobs ix_jobs_a',
      'add-index jobs ix_jobs_b',
      'add-foreign-key jobs fk_jobs_a',
      'add-check jobs b > 1',
      'add-check jobs ck_jobs_a',
      'add-exclusion jobs ex_jobs',
      'drop-table old old',
      'create-table zoo zoo',
    ];
    expect(objectsOf(diff(live, ends))).to.deep.equal(expected);
    const shuffled = { ...live, tables: [...live.tables].reverse() };
    expect(objectsOf(diff(shuffled, { ...ends, tables: [...ends.tables].reverse() }))).to.deep.equal(
      expected,
    );
  });
});
