import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { EntityNamesError } from '../../../src/errors/entities.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { expectFailure } from '../../support/failures.js';
import {
  entity,
  findings,
  IN_SYNC,
  synchronized,
  type Columns,
  type Rest,
} from '../drift/no-false-alarm-database.js';
import { NUMBER } from './case.js';
import { History } from './history.js';
import { view } from './view-world.js';

const item = (rest: Rest = {}, columns: Columns = { a: NUMBER, b: NUMBER }) => entity('item', columns, rest);
const named = (tableName: string, name = tableName) => entity(name, { n: NUMBER }, { tableName });
const seen = (tableName: string, name = 'seen') => view(name, 'SELECT "id" FROM "item"', { tableName });
const indexed = (name: string): Rest => ({ indices: [{ name, columns: ['a'] }] });
const unique = (name: string): Rest => ({ uniques: [{ name, columns: ['a'] }] });
const checked = (...names: readonly string[]): Rest => ({
  checks: names.map((name, index) => ({ name, expression: `"a" > ${index}` })),
});
const key = (primaryKeyConstraintName: string) => ({
  id: { type: 'integer', primary: true, primaryKeyConstraintName } as const,
  a: NUMBER,
});
const foreign = (name: string) => ({
  name,
  target: 'other',
  columnNames: ['a'],
  referencedColumnNames: ['id'],
});
const state = (enumName?: string) => ({
  a: NUMBER,
  s: { type: 'simple-enum' as const, enum: ['x'], ...(enumName === undefined ? {} : { enumName }) },
});

const RELATIONS =
  'Tables, views and indexes share one set of names, and on PostgreSQL a key or an exclusion constraint has an index of its name: specify another name for one of them.';
const CONSTRAINTS =
  'The constraints of a table have different names: remove one of them, or specify another name for it.';
const TYPES =
  'Each table and each view has a type of its name: specify another enumName for the column, or another name for the table or view.';
const CASE =
  'Their names differ only in upper and lower case, which SQLite does not distinguish: specify another name for one of them.';

type Entities = readonly EntitySchema[];
type Refused = readonly [title: string, entities: Entities, message: string, before?: Entities];

/** TypeORM cannot create them either; so no refusal is of what works. */
function refuses(database: () => TestDatabase, [title, all, message, before]: Refused) {
  it(`${title} are refused, as TypeORM cannot create them`, () =>
    History.lend(database().dialect, async (history) => {
      const created = synchronized(database(), { entities: [...all] }, () => Promise.resolve('created'));
      expect(await created.catch(() => 'failed')).to.equal('failed');
      if (before) await history.generate(before);
      await expectFailure(history.generate(all), EntityNamesError, message);
    }));
}

/** What TypeORM creates is in sync, and is generated. */
function allows(database: () => TestDatabase, title: string, entities: Entities): void {
  it(`${title} are allowed, as TypeORM creates them`, async () => {
    const { dialect } = database();
    const options = { entities: [...entities] };
    expect(await synchronized(database(), options, findings)).to.deep.equal(IN_SYNC);
    await History.lend(dialect, async (history) => {
      const { revisions } = await history.generate(entities);
      expect(revisions).to.have.lengthOf(1);
      expect((await history.generate(entities)).revisions).to.deep.equal([]);
    });
  });
}

const EACH: readonly Refused[] = [
  [
    'A table and a view with one name',
    [item(), named('other'), seen('other')],
    `The table other and the view other have one name in the database, other. ${RELATIONS}`,
    [item(), named('other')],
  ],
  [
    'A table and an index with one name',
    [item(indexed('other')), named('other')],
    `The table other and the index of item with columns (a) have one name in the database, other. ${RELATIONS}`,
    [item(), named('other')],
  ],
  [
    'A table and an index of its own with one name',
    [item(indexed('item'))],
    `The table item and the index of item with columns (a) have one name in the database, item. ${RELATIONS}`,
  ],
  [
    'A view and an index with one name',
    [item(indexed('seen')), seen('seen')],
    `The view seen and the index of item with columns (a) have one name in the database, seen. ${RELATIONS}`,
  ],
  [
    'Two views with one name and other texts',
    [item(), seen('same'), view('last', 'SELECT "a" AS "id" FROM "item"', { tableName: 'same' })],
    'The views of seen and last have one name in the database, same. Their texts differ: specify another name for one of them, or the same text.',
  ],
];

eachDatabase('Objects of different kinds with one name', (database) => {
  for (const given of EACH) refuses(database, given);

  it('The change is generated once one of them has another name', () =>
    History.lend(database().dialect, async (history) => {
      await history.generate([item(), named('other')]);
      const entities = [item(indexed('ix')), named('other'), seen('others')];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));

  it('A view may take the name of a table that is dropped with it', () =>
    History.lend(database().dialect, async (history) => {
      await history.generate([item(), named('other')]);
      const entities = [item(), seen('other')];
      await history.generate(entities, { drops: ['other'] });
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));

  allows(database, 'Two views with one name and one text', [item(), seen('same'), seen('same', 'last')]);
  allows(database, 'A check and an index with one name', [item({ ...indexed('f'), ...checked('f') })]);
  allows(database, 'A foreign key and an index with one name', [
    item({ ...indexed('f'), foreignKeys: [foreign('f')] }),
    named('other'),
  ]);
  allows(database, 'Checks of two tables with one name', [
    item(checked('ck')),
    entity('other', { a: NUMBER }, checked('ck')),
  ]);
  allows(database, 'An enumerated type and an index with one name', [item(indexed('ix'), state('ix'))]);
});

onDatabase('postgres', 'Keys, constraints and types with one name (PostgreSQL)', (database) => {
  const long = 't'.repeat(63);
  const CASES: readonly Refused[] = [
    [
      'A table and a unique constraint with one name',
      [item(unique('other')), named('other')],
      `The table other and the unique constraint of item with columns (a) have one name in the database, other. ${RELATIONS}`,
    ],
    [
      'A table and the primary key of another one with one name',
      [item({}, key('other')), named('other')],
      `The table other and the primary key of item with columns (id) have one name in the database, other. ${RELATIONS}`,
    ],
    [
      'A unique constraint and a check of a table with one name',
      [item({ ...unique('ck'), ...checked('ck') })],
      `The unique constraint of item with columns (a) and the check of item with expression "a" > 0 have one name in the database, ck. ${CONSTRAINTS}`,
      [item(unique('ck'))],
    ],
    [
      'A primary key and a check of a table with one name',
      [item(checked('pk'), key('pk'))],
      `The primary key of item with columns (id) and the check of item with expression "a" > 0 have one name in the database, pk. ${CONSTRAINTS}`,
    ],
    [
      'A foreign key and a check of a table with one name',
      [item({ ...checked('f'), foreignKeys: [foreign('f')] }), named('other')],
      `The check of item with expression "a" > 0 and the foreign key of item with columns (a), referenced table other, referenced columns (id) have one name in the database, f. ${CONSTRAINTS}`,
      [item(checked('f')), named('other')],
    ],
    [
      'Two checks of a table with one name',
      [item(checked('ck', 'ck'))],
      `The check of item with expression "a" > 0 and the check of item with expression "a" > 1 have one name in the database, ck. ${CONSTRAINTS}`,
    ],
    [
      'Two checks of a table whose names are cut to one',
      [item(checked(`${long}a`, `${long}b`))],
      `The check of item with expression "a" > 0 and the check of item with expression "a" > 1 have one name in the database, ${long}. ${CONSTRAINTS}`,
    ],
    [
      'An enumerated type and its table with one name',
      [item({}, state('item'))],
      `The table item and the enumerated type of item.s have one name in the database, item. ${TYPES}`,
    ],
    [
      'An enumerated type and a view with one name',
      [item({}, state('seen')), seen('seen')],
      `The view seen and the enumerated type of item.s have one name in the database, seen. ${TYPES}`,
    ],
    [
      'An enumerated type that is cut to the name of its table, and the table,',
      [item({ tableName: long }, state())],
      `The table ${long} and the enumerated type of ${long}.s have one name in the database, ${long}. ${TYPES}`,
    ],
  ];
  for (const given of CASES) refuses(database, given);

  allows(database, 'Tables, columns and indexes that differ in case', [
    item({ ...indexed('ix'), uniques: [{ name: 'IX', columns: ['b'] }] }),
    named('Item'),
    entity('other', { n: NUMBER, N: NUMBER }),
    seen('ITEM'),
  ]);
});

onDatabase('sqlite', 'Names that differ only in case (SQLite)', (database) => {
  const CASES: readonly Refused[] = [
    [
      'Two tables',
      [item(), named('Item')],
      `The tables item and Item have one name in the database, Item. ${CASE}`,
      [item()],
    ],
    [
      'Two columns',
      [item({}, { a: NUMBER, A: NUMBER })],
      `The columns of item a and A have one name in the database, A. ${CASE}`,
      [item({}, { a: NUMBER })],
    ],
    [
      'Two views',
      [item(), seen('seen'), seen('SEEN', 'last')],
      `The views of seen and last have one name in the database, SEEN. ${CASE}`,
    ],
    [
      'A table and a view',
      [item(), seen('ITEM')],
      `The table item and the view ITEM have one name in the database, ITEM. ${CASE}`,
    ],
    [
      'Two indexes',
      [
        item({
          indices: [
            { name: 'ix', columns: ['a'] },
            { name: 'IX', columns: ['b'] },
          ],
        }),
      ],
      `The indexes of item with columns (a) and item with columns (b) have one name in the database, IX. ${CASE}`,
    ],
  ];
  for (const given of CASES) refuses(database, given);

  allows(database, 'Names that differ in the case of letters outside ASCII', [
    item({}, { ä: NUMBER, Ä: NUMBER }),
    named('ö'),
    named('Ö', 'last'),
  ]);
  allows(database, 'A unique constraint with the name of a table, of a check and of a foreign key', [
    item({ ...unique('other'), ...checked('other', 'other'), foreignKeys: [foreign('other')] }),
    named('other'),
  ]);
});
