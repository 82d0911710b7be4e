import { expect } from 'chai';
import { eachDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns } from '../drift/no-false-alarm-database.js';
import { KEY, NUMBER, TEXT, unique } from './case.js';
import { History } from './history.js';

const job = (columns: Columns, name = 'job') => entity(name, { ...KEY, ...columns });
const SERIAL = { id: { type: 'integer', primary: true, generated: 'increment' } } as Columns;

eachDatabase('A rename whose old name something new gets', (database) => {
  const renamed = async (
    before: readonly ReturnType<typeof job>[],
    after: readonly ReturnType<typeof job>[],
    {
      rows,
      ...options
    }: Parameters<History['generate']>[1] & {
      readonly rows: readonly [fill: string, read: string, found: readonly unknown[]];
    },
  ) =>
    History.lend(database().dialect, async (history) => {
      await history.generate(before);
      history.byHand([rows[0]], ['SELECT 1']);
      await history.generate(after, options);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
      expect(await history.read(database(), rows[1])).to.deep.equal(rows[2]);
      await history.reverted(database());
    });

  it('A table is renamed, and a new one gets its name', () =>
    renamed([job({ n: NUMBER })], [job({ n: NUMBER }, 'former'), job({ other: TEXT })], {
      renamedTables: ['job:former'],
      rows: ['INSERT INTO "job" ("id", "n") VALUES (1, 7)', 'SELECT "n" FROM "former"', [{ n: 7 }]],
    }));

  it('A table is renamed with its keys, and a new one of the same shape gets its name', () =>
    renamed(
      [
        entity(
          'job',
          { ...SERIAL, n: NUMBER },
          { ...unique('n'), uniques: [{ columns: ['n'] }], indices: [{ columns: ['n', 'id'] }] },
        ),
      ],
      [
        entity(
          'former',
          { ...SERIAL, n: NUMBER },
          { uniques: [{ columns: ['n'] }], indices: [{ columns: ['n', 'id'] }] },
        ),
        entity(
          'job',
          { ...SERIAL, n: NUMBER },
          {
            uniques: [{ columns: ['n'] }],
            indices: [{ columns: ['n', 'id'] }],
            foreignKeys: [{ target: 'former', columnNames: ['n'], referencedColumnNames: ['id'] }],
          },
        ),
      ],
      {
        renamedTables: ['job:former'],
        rows: ['INSERT INTO "job" ("id", "n") VALUES (1, 7)', 'SELECT "n" FROM "former"', [{ n: 7 }]],
      },
    ));

  it('A table is renamed with its enumerated values, and a new one has others under the same names', () =>
    renamed(
      [job({ st: { type: 'simple-enum', enum: ['a', 'b'], default: 'a' } })],
      [
        job({ st: { type: 'simple-enum', enum: ['a', 'b'], default: 'a' } }, 'former'),
        job({ st: { type: 'simple-enum', enum: ['c'], default: 'c' } }),
      ],
      {
        renamedTables: ['job:former'],
        rows: [
          'INSERT INTO "job" ("id", "st") VALUES (1, \'b\')',
          'SELECT "st" FROM "former"',
          [{ st: 'b' }],
        ],
      },
    ));

  it('A column is renamed, and a new one gets its name', () =>
    renamed([job({ n: NUMBER })], [job({ m: NUMBER, n: TEXT })], {
      renames: ['job.n:m'],
      rows: [
        'INSERT INTO "job" ("id", "n") VALUES (1, 7)',
        'SELECT "n", "m" FROM "job"',
        [{ n: null, m: 7 }],
      ],
    }));

  it('A column is renamed with its index, and a required one gets its name', () =>
    renamed(
      [entity('job', { n: NUMBER }, { indices: [{ columns: ['n'] }] })],
      [
        entity(
          'job',
          { m: NUMBER, n: { type: 'integer' } },
          { indices: [{ columns: ['n'] }, { columns: ['m'] }] },
        ),
      ],
      {
        renames: ['job.n:m'],
        backfills: ['job.n=coalesce(m, 1) * 2'],
        rows: [
          'INSERT INTO "job" ("id", "n") VALUES (1, 7)',
          'SELECT "n", "m" FROM "job"',
          [{ n: 14, m: 7 }],
        ],
      },
    ));
});
