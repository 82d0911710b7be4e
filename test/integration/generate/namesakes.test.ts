import { expect } from 'chai';
import { EntityNamesError } from '../../../src/errors/entities.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { expectFailure } from '../../support/failures.js';
import { entity, IN_SYNC, type Rest } from '../drift/no-false-alarm-database.js';
import { NUMBER } from './case.js';
import { History } from './history.js';
import { view } from './view-world.js';

const item = (rest: Rest = {}, name = 'item') => entity(name, { a: NUMBER, b: NUMBER }, rest);
const REMEDY =
  'Remove one of them, or specify another name for it: TypeORM names them by their table and columns, in any order.';

eachDatabase('Indexes that would have one name', (database) => {
  const refuses = (
    entities: ReturnType<typeof item>[],
    words: string,
    before: ReturnType<typeof item>[] = [],
  ) =>
    History.lend(database().dialect, async (history) => {
      if (before.length > 0) await history.generate(before);
      await expectFailure(history.generate(entities), EntityNamesError, `The indexes of ${words}. ${REMEDY}`);
    });

  it('Two indexes of the same columns are refused, where one is unique, with the name of TypeORM', () =>
    refuses(
      [item({ indices: [{ columns: ['a'] }, { columns: ['a'], unique: true }] })],
      'item with columns (a) and item with columns (a), unique yes have one name in the database, IDX_e069460d1189c4b1431bbfd0b5',
    ));

  it('An index that comes is refused where another one has its columns in another order', () =>
    refuses(
      [item({ indices: [{ columns: ['a', 'b'] }, { columns: ['b', 'a'] }] })],
      'item with columns (a, b) and item with columns (b, a) have one name in the database, IDX_ac0d6f067be2fdc5b4e33f3469',
      [item({ indices: [{ columns: ['a', 'b'] }] })],
    ));

  it('An index that is declared twice is refused', () =>
    refuses(
      [item({ indices: [{ columns: ['a'] }, { columns: ['a'] }] })],
      'item with columns (a) and item with columns (a) have one name in the database, IDX_e069460d1189c4b1431bbfd0b5',
    ));

  it('Indexes of two tables are refused', () => {
    const named: Rest = { indices: [{ name: 'ix', columns: ['a'] }] };
    return refuses(
      [item(named), item(named, 'other')],
      'item with columns (a) and other with columns (a) have one name in the database, ix',
      [item(named), item({}, 'other')],
    );
  });

  it('A unique constraint may be declared twice', () =>
    History.lend(database().dialect, async (history) => {
      const entities = [item({ uniques: [{ columns: ['a'] }, { columns: ['a'] }] })];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'Names of indexes in a schema (PostgreSQL)', (database) => {
  const named = { uniques: [{ name: 'uq', columns: ['a'] }], indices: [{ name: 'ix', columns: ['b'] }] };

  it('Unique constraints of two tables are refused, as their indexes are in one schema', () =>
    History.lend('postgres', (history) =>
      expectFailure(
        history.generate([
          item({ uniques: named.uniques }),
          item({ uniques: [{ name: 'uq', columns: ['b'] }] }, 'other'),
        ]),
        EntityNamesError,
        `The indexes of item with columns (a) and other with columns (b) have one name in the database, uq. ${REMEDY}`,
      ),
    ));

  it('Two schemas may have the same names', () =>
    History.lend('postgres', async (history) => {
      const entities = [item(named), item({ ...named, schema: 'audit' }, 'other')];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'A table with the name of the sequence of a column (PostgreSQL)', (database) => {
  const numbered = (name: string, generated: true | 'identity' = true) =>
    entity(name, { id: { type: 'integer', primary: true, generated } as never });
  const words =
    'The sequence of x.id and the table x_id_seq have one name in the database, x_id_seq. ' +
    'PostgreSQL numbers a column by a sequence, whose name is among those of tables, views and indexes: specify another name for the table, view or index.';

  it('It is refused where the sequence is in the database', () =>
    History.lend('postgres', async (history) => {
      await history.generate([numbered('x')]);
      await expectFailure(history.generate([numbered('x'), item({}, 'x_id_seq')]), EntityNamesError, words);
    }));

  for (const generated of [true, 'identity'] as const)
    it(`It is refused where the column is new as well, generated: ${generated}`, () =>
      History.lend('postgres', (history) =>
        expectFailure(
          history.generate([numbered('x', generated), item({}, 'x_id_seq')]),
          EntityNamesError,
          words,
        ),
      ));

  it('It is refused for the name of an index', () =>
    History.lend('postgres', async (history) => {
      await history.generate([numbered('x')]);
      const other = item({ indices: [{ name: 'x_id_seq', columns: ['a'] }] });
      await expectFailure(
        history.generate([numbered('x'), other]),
        EntityNamesError,
        words.replace('the table x_id_seq', 'the index of item with columns (a)'),
      );
    }));

  it('A column that comes later gets a sequence of another name', () =>
    History.lend('postgres', async (history) => {
      await history.generate([item({}, 'x_id_seq')]);
      const entities = [item({}, 'x_id_seq'), numbered('x')];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));

  it('A new column gets a sequence of another name beside an index of a new table', () =>
    History.lend('postgres', async (history) => {
      const entities = [item({ indices: [{ name: 'x_id_seq', columns: ['a'] }] }), numbered('x')];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));
});

eachDatabase('A view with the name of the table of records', (database) => {
  for (const [title, name, migrationsTableName] of [
    ['of the list of revisions', 'migrations', undefined],
    ['of the log', 'history_run', 'history'],
  ] as const)
    it(`The view is refused that has the name ${title}`, () =>
      History.lend(
        database().dialect,
        (history) =>
          expectFailure(
            history.generate([item(), view(name, 'SELECT "a" FROM "item"')]),
            EntityNamesError,
            `The view ${name} and the table of the records of migrations have one name in the database, ${name}. Specify another name for the view.`,
          ),
        migrationsTableName === undefined ? {} : { migrationsTableName },
      ));
});

onDatabase('sqlite', 'Names of unique constraints (SQLite)', (database) => {
  it('Two tables may have the same names for them', () =>
    History.lend('sqlite', async (history) => {
      const uniques: Rest = { uniques: [{ name: 'uq', columns: ['a'] }] };
      const entities = [item(uniques), item(uniques, 'other')];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'Enumerated types that would have one name (PostgreSQL)', (database) => {
  const refuses = (entities: ReturnType<typeof item>[], words: string) =>
    History.lend('postgres', async (history) => {
      const message = `The enumerated types of ${words}`;
      await expectFailure(history.generate(entities), EntityNamesError, message);
    });
  const enumerated = (...values: readonly string[]) => ({ type: 'enum' as const, enum: [...values] });

  it('Two types whose names are cut are refused', () => {
    const table = 't'.repeat(52);
    const columns = { firststatus: enumerated('a', 'b'), firststatusother: enumerated('c') };
    return refuses(
      [entity('long', columns, { tableName: table })],
      `${table}.firststatus and ${table}.firststatusother have one name in the database, ${table}_firststatu. PostgreSQL cuts a name after 63 bytes: specify shorter ones.`,
    );
  });

  it('Two types with one enumName and other values are refused', () => {
    const state = (...values: readonly string[]) => ({
      s: { ...enumerated(...values), enumName: 'state' },
    });
    return refuses(
      [entity('one', state('a', 'b')), entity('two', state('a', 'c'))],
      'one.s and two.s have one name in the database, state. Their values differ: specify the same ones, or another enumName.',
    );
  });

  it('Two columns with one enumName and the same values have one type', () =>
    History.lend('postgres', async (history) => {
      const state = { s: { ...enumerated('a', 'b'), enumName: 'state' } };
      const entities = [entity('one', state), entity('two', state)];
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));
});
