import { expect } from 'chai';
import type { Change } from '../../../src/schema/change.js';
import { diff } from '../../../src/schema/diff.js';
import type { SchemaModel, TableModel } from '../../../src/schema/model.js';
import { check, column, foreignKey, full, index, key, schema, table } from './samples.js';

const SCHEMAS: Readonly<Record<string, SchemaModel>> = {
  'an empty schema': schema(),
  'an empty table': schema(table('jobs')),
  'a full table': schema(full),
  'two tables and an enum': { ...schema(full, table('workers')), enums: [{ name: 'mood', values: ['A'] }] },
};

/** Kinds of part, each with two models of one name, and the aspects in which they differ. */
const PARTS: readonly {
  readonly kind: string;
  readonly object: string;
  readonly live: Partial<TableModel>;
  readonly desired: Partial<TableModel>;
  readonly aspects: readonly string[];
}[] = [
  {
    kind: 'column',
    object: 'a',
    live: { columns: [column('a')] },
    desired: {
      columns: [column('a', { type: 'text', nullable: true, default: '1', generated: 'increment' })],
    },
    aspects: ['type', 'nullable', 'default', 'generated'],
  },
  {
    kind: 'column',
    object: 'b',
    live: { columns: [column('b', { default: "'x'" })] },
    desired: { columns: [column('b', { default: "'X'" })] },
    aspects: ['default'],
  },
  {
    kind: 'primary-key',
    object: 'primary key',
    live: { primaryKey: key('pk_jobs', 'a', 'b') },
    desired: { primaryKey: key('pk_jobs', 'b', 'a') },
    aspects: ['columns'],
  },
  {
    kind: 'unique',
    object: 'uq_jobs_a',
    live: { uniques: [key('uq_jobs_a', 'a')] },
    desired: { uniques: [key('uq_jobs_a', 'a', 'b')] },
    aspects: ['columns'],
  },
  {
    kind: 'index',
    object: 'ix_jobs_a',
    live: { indexes: [index('ix_jobs_a')] },
    desired: { indexes: [index('ix_jobs_a', { columns: ['b'], unique: true, where: 'b > 0' })] },
    aspects: ['columns', 'unique', 'where'],
  },
  {
    kind: 'foreign-key',
    object: 'fk_jobs_a',
    live: { foreignKeys: [foreignKey('fk_jobs_a')] },
    desired: {
      foreignKeys: [
        foreignKey('fk_jobs_a', {
          columns: ['b'],
          table: 'users',
          references: ['name'],
          onDelete: 'SET NULL',
          onUpdate: 'RESTRICT',
        }),
      ],
    },
    aspects: ['columns', 'table', 'references', 'onDelete', 'onUpdate'],
  },
  {
    kind: 'check',
    object: 'ck_jobs_a',
    live: { checks: [check('ck_jobs_a', 'a > 0')] },
    desired: { checks: [check('ck_jobs_a', 'a > 1')] },
    aspects: ['expression'],
  },
];

/** The only model of the only part of a table. */
function onlyPart(parts: Partial<TableModel>): unknown {
  const [part] = Object.values(parts);
  return Array.isArray(part) ? part[0] : part;
}

function objectsOf(changes: readonly Change[]): readonly string[] {
  return changes.map((change) => `${change.kind} ${change.table} ${'object' in change ? change.object : ''}`);
}

describe('diff', () => {
  for (const [title, same] of Object.entries(SCHEMAS)) {
    it(`of ${title} with itself is empty`, () => {
      expect(diff(same, same)).to.deep.equal([]);
      expect(diff(structuredClone(same), same)).to.deep.equal([]);
    });
  }

  it('tells a missing table, with all that it should have', () => {
    expect(diff(schema(), schema(full))).to.deep.equal([
      { kind: 'create-table', table: 'jobs', desired: full },
    ]);
  });

  it('tells a table too many, with all that it has', () => {
    expect(diff(schema(full), schema())).to.deep.equal([{ kind: 'drop-table', table: 'jobs', live: full }]);
  });

  for (const { kind, object, live, desired, aspects } of PARTS) {
    const title = `${kind} (${aspects.join(', ')})`;
    const where = { table: 'jobs', object };

    it(`tells a ${title} that is missing`, () => {
      expect(diff(schema(table('jobs')), schema(table('jobs', desired)))).to.deep.equal([
        { kind: `add-${kind}`, ...where, desired: onlyPart(desired) },
      ]);
    });

    it(`tells a ${title} too many`, () => {
      expect(diff(schema(table('jobs', live)), schema(table('jobs')))).to.deep.equal([
        { kind: `drop-${kind}`, ...where, live: onlyPart(live) },
      ]);
    });

    it(`tells a ${title} that differs, with both sides and in which aspects`, () => {
      expect(diff(schema(table('jobs', live)), schema(table('jobs', desired)))).to.deep.equal([
        { kind: `alter-${kind}`, ...where, aspects, live: onlyPart(live), desired: onlyPart(desired) },
      ]);
    });
  }

  it('tells enumerated types apart by their values and the order of these', () => {
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

  it('does not compare the name of a primary key, which SQLite may not keep', () => {
    const named = schema(table('jobs', { primaryKey: key('pk_jobs', 'a') }));
    expect(diff(schema(table('jobs', { primaryKey: key(null, 'a') })), named)).to.deep.equal([]);
  });

  it('knows what has no name by what it holds', () => {
    const live = schema(table('jobs', { checks: [check(null, 'a > 0'), check(null, 'b > 0')] }));
    const desired = schema(table('jobs', { checks: [check(null, 'b > 0'), check(null, 'c > 0')] }));
    expect(objectsOf(diff(live, desired))).to.deep.equal(['drop-check jobs a > 0', 'add-check jobs c > 0']);
  });

  it('orders changes by kind and name, enums first, whatever the order of the lists', () => {
    const ends = { ...schema(table('zoo'), full, table('bar')), enums: [{ name: 'z', values: ['A'] }] };
    const live = schema(table('bar', { columns: [column('x')] }), table('jobs'), table('old'));
    const expected = [
      'add-enum  z',
      'drop-column bar x',
      'add-column jobs a',
      'add-column jobs b',
      'add-primary-key jobs primary key',
      'add-unique jobs uq_jobs_b',
      'add-index jobs ix_jobs_a',
      'add-index jobs ix_jobs_b',
      'add-foreign-key jobs fk_jobs_a',
      'add-check jobs b > 1',
      'add-check jobs ck_jobs_a',
      'drop-table old ',
      'create-table zoo ',
    ];
    expect(objectsOf(diff(live, ends))).to.deep.equal(expected);
    const shuffled = { ...live, tables: [...live.tables].reverse() };
    expect(objectsOf(diff(shuffled, { ...ends, tables: [...ends.tables].reverse() }))).to.deep.equal(
      expected,
    );
  });
});
