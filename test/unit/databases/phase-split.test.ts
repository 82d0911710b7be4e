import { expect } from 'chai';
import { splitChanges } from '../../../src/databases/postgres/plan/phases/split.js';
import { loadSqlReader } from '../../../src/databases/postgres/plan/sql-reader.js';
import { NO_CONFIRMED_VALUES, type PlanReading } from '../../../src/databases/planning.js';
import type { Change } from '../../../src/schema/change.js';
import type { ColumnModel, ForeignKeyModel, KeyModel } from '../../../src/schema/model.js';

const EXPRESSION = { sql: '1', canonical: '1' };
const COLUMN: ColumnModel = {
  ...{ name: 'n', type: 'integer', nullable: true, default: null, identity: null },
  ...{ generated: null, storage: null, collation: null, comment: null },
};
const REQUIRED = { ...COLUMN, nullable: false };
const KEY: KeyModel = { name: 'uq', columns: ['n'], include: [], deferrable: null, nulls: 'distinct' };
const FOREIGN: ForeignKeyModel = {
  ...{ name: 'fk', columns: ['n'], table: 'other', references: ['id'] },
  ...{ onDelete: 'NO ACTION', onUpdate: 'NO ACTION', match: 'SIMPLE', deferrable: null, validated: true },
};
const CHECK = { name: 'ck', expression: EXPRESSION, validated: true };
const PLACE = { table: 'job', object: 'n' } as const;
const ADDED: Change = { kind: 'add-column', ...PLACE, desired: COLUMN };

function altered(live: ColumnModel, desired: ColumnModel, ...aspects: string[]): Change {
  return { kind: 'alter-column', ...PLACE, aspects, live, desired };
}

/** The kinds of the changes of either half: `expand | contract`. */
function halves(changes: readonly Change[], backfilled = true): string {
  const confirmed = { ...NO_CONFIRMED_VALUES, backfills: new Map(backfilled ? [['job.n', '1']] : []) };
  const reading = { changes } as unknown as PlanReading;
  const { expand, contract, fills, inOneStep } = splitChanges({
    reading,
    confirmed,
    bridged: [],
    aliased: [],
    plain: [],
  });
  const kinds = (half: readonly Change[]) =>
    half.map((one) => ('aspects' in one ? `${one.kind} ${one.aspects.join('+')}` : one.kind)).join(', ');
  const marks = [...(fills.length > 0 ? ['filled'] : []), ...(inOneStep.length > 0 ? ['in one step'] : [])];
  return `${kinds(expand)} | ${kinds(contract)}${marks.map((one) => `; ${one}`).join('')}`;
}

const CASES: readonly (readonly [what: string, changes: readonly Change[], halves: string])[] = [
  ['a nullable column', [ADDED], 'add-column | '],
  [
    'a required column',
    [{ kind: 'add-column', ...PLACE, desired: REQUIRED }],
    'add-column | alter-column nullable; filled',
  ],
  [
    'a required column with a default',
    [{ kind: 'add-column', ...PLACE, desired: { ...REQUIRED, default: EXPRESSION } }],
    'add-column | ',
  ],
  ['a dropped nullable column', [{ kind: 'drop-column', ...PLACE, live: COLUMN }], ' | drop-column'],
  [
    'a dropped required column',
    [{ kind: 'drop-column', ...PLACE, live: REQUIRED }],
    'alter-column nullable | drop-column',
  ],
  ['a column that becomes nullable', [altered(REQUIRED, COLUMN, 'nullable')], 'alter-column nullable | '],
  [
    'a column that becomes required',
    [altered(COLUMN, REQUIRED, 'nullable')],
    ' | alter-column nullable; filled',
  ],
  [
    'a default that goes beside a comment',
    [altered({ ...COLUMN, default: EXPRESSION }, { ...COLUMN, comment: 'c' }, 'default', 'comment')],
    'alter-column comment | alter-column default',
  ],
  [
    'another type',
    [altered(COLUMN, { ...COLUMN, type: 'bigint' }, 'type')],
    'alter-column type | ; in one step',
  ],
  [
    'a unique constraint',
    [{ kind: 'add-unique', table: 'job', object: 'uq', desired: KEY }],
    ' | add-unique',
  ],
  [
    'a unique constraint of a new nullable column',
    [ADDED, { kind: 'add-unique', table: 'job', object: 'uq', desired: KEY }],
    'add-column, add-unique | ',
  ],
  [
    'a foreign key of a new nullable column',
    [ADDED, { kind: 'add-foreign-key', table: 'job', object: 'fk', desired: FOREIGN }],
    'add-column, add-foreign-key | ',
  ],
  [
    'another check',
    [
      {
        ...{ kind: 'alter-check', table: 'job', object: 'ck', aspects: ['expression'] },
        ...{ live: CHECK, desired: { ...CHECK, expression: { sql: '2', canonical: '2' } } },
      },
    ],
    'drop-check | add-check',
  ],
  [
    'a check of another name',
    [{ kind: 'alter-check', table: 'job', object: 'ck', aspects: ['name'], live: CHECK, desired: CHECK }],
    'alter-check name | ',
  ],
  [
    'a dropped unique constraint',
    [{ kind: 'drop-unique', table: 'job', object: 'uq', live: KEY }],
    'drop-unique | ',
  ],
  [
    'a unique constraint that is dropped with its column',
    [
      { kind: 'drop-column', ...PLACE, live: COLUMN },
      { kind: 'drop-unique', table: 'job', object: 'uq', live: KEY },
    ],
    ' | drop-column, drop-unique',
  ],
  [
    'a new value of an enum',
    [
      {
        ...{ kind: 'alter-enum', table: '', object: 'e', aspects: ['values'] },
        ...{ live: { name: 'e', values: ['a'] }, desired: { name: 'e', values: ['a', 'b'] } },
      },
    ],
    'alter-enum values | ',
  ],
  [
    'a removed value of an enum',
    [
      {
        ...{ kind: 'alter-enum', table: '', object: 'e', aspects: ['values'] },
        ...{ live: { name: 'e', values: ['a', 'b'] }, desired: { name: 'e', values: ['a'] } },
      },
    ],
    ' | alter-enum values',
  ],
];

describe('The halves of a change', () => {
  before(loadSqlReader);

  for (const [what, changes, wanted] of CASES)
    it(`The halves of a change suit both releases for ${what}`, () => {
      expect(halves(changes)).to.equal(wanted);
    });
});
