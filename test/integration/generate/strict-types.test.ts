import { expect } from 'chai';
import { messageOf } from '../../../src/errors/base.js';
import { EntityTableError } from '../../../src/errors/entities.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { shellQuoted } from '../../../src/text/shell.js';
import { onDatabase } from '../../support/databases.js';
import { expectFailure } from '../../support/failures.js';
import { entity, IN_SYNC, type Columns } from '../drift/no-false-alarm-database.js';
import { NUMBER, TEXT } from './case.js';
import { History, statementsIn } from './history.js';

const STRICT = 'CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "a" integer, "b" integer) STRICT';
const UNMANAGED = { ...IN_SYNC, unmanaged: ['table-option item.STRICT'] };
const item = (columns: Columns) => [entity('item', columns)];
const REMEDY =
  'The columns of a STRICT table are integer, real, text, blob or any: specify one of these types in the entity, or create the table again without STRICT in a revision by hand (npm run -s db -- create Name).';

onDatabase('sqlite', 'Types of columns of a STRICT table (SQLite)', (database) => {
  for (const [what, columns, words] of [
    [
      'A new column',
      { a: NUMBER, b: NUMBER, s: { type: 'varchar', nullable: true } },
      'Column item.s is missing in the database; the entities declare type varchar, nullable yes.',
    ],
    [
      'Another type of a column',
      { a: { type: 'datetime', nullable: true }, b: NUMBER },
      'Column item.a: type is integer, the entities declare datetime.',
    ],
  ] as const)
    it(`${what} with a type that it refuses is named, and one that it has is generated`, () =>
      History.lend('sqlite', async (history) => {
        history.byHand([STRICT]);
        const message = `Nothing was written: item is a STRICT table. ${words} ${REMEDY}`;
        await expectFailure(history.generate(item(columns)), EntityTableError, message);
        const corrected = item({ ...columns, ...('s' in columns ? { s: TEXT } : { a: TEXT }) });
        await history.generate(corrected);
        expect(await history.checked(database(), corrected)).to.deep.equal(UNMANAGED);
      }));

  it('A table that is created again without STRICT has any type', () =>
    History.lend('sqlite', async (history) => {
      history.byHand([STRICT]);
      history.byHand(['DROP TABLE "item"', STRICT.replace(' STRICT', '')]);
      const after = item({ a: NUMBER, b: NUMBER, s: { type: 'varchar', nullable: true } });
      await history.generate(after);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
    }));

  it('A column is renamed and another one dropped in place, and the table stays STRICT', () =>
    History.lend('sqlite', async (history) => {
      history.byHand([STRICT]);
      const after = item({ c: NUMBER });
      const report = await history.generate(after, { renames: ['item.a:c'], drops: ['item.b'] });
      expect(statementsIn(report, 'sqlite')).to.equal(
        'ALTER TABLE "item" RENAME COLUMN "a" TO "c"\nALTER TABLE "item" DROP COLUMN "b"',
      );
      expect(await history.checked(database(), after)).to.deep.equal(UNMANAGED);
    }));

  for (const [before, after] of [
    ['text', 'blob'],
    ['blob', 'text'],
  ] as const)
    it(`${before} becomes ${after} and back, and every value stays the same bytes`, () =>
      History.lend('sqlite', async (history) => {
        history.byHand([`CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "s" ${before}) STRICT`]);
        const report = await history.generate(item({ s: { type: after, nullable: true } }));
        expect(statementsIn(report, 'sqlite')).to.contain(`CAST("s" AS ${after})`);
        expect(statementsIn(report, 'sqlite', 'down')).to.contain(`CAST("s" AS ${before})`);
        const bytes = ['6100C3A9', '30317A', null, ''];
        await history.use({ ...database(), length: 1 }, [], async (dataSource) => {
          await migrateUp(dataSource);
          for (const one of bytes)
            await dataSource.query(
              `INSERT INTO "item" ("s") VALUES (CAST(${one === null ? 'NULL' : `x'${one}'`} AS ${before}))`,
            );
        });
        const shown = `SELECT CASE WHEN "s" IS NOT NULL THEN hex("s") END AS "bytes", typeof("s") AS "type" FROM "item" ORDER BY "id"`;
        const expected = (type: string) =>
          bytes.map((one) => ({ bytes: one, type: one === null ? 'null' : type }));
        await history.use(database(), [], async (dataSource) => {
          await migrateUp(dataSource);
          expect(await dataSource.query(shown)).to.deep.equal(expected(after));
          await migrateDown(dataSource, { target: '-1' });
          expect(await dataSource.query(shown)).to.deep.equal(expected(before));
        });
      }));

  for (const [before, after] of [
    ['real', 'blob'],
    ['integer', 'blob'],
    ['blob', 'integer'],
    ['any', 'blob'],
  ] as const)
    it(`${before} to ${after} asks for expressions, which it prints and which work`, () =>
      History.lend('sqlite', async (history) => {
        history.byHand([`CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "s" ${before}) STRICT`]);
        const entities = item({ s: { type: after, nullable: true } });
        const error = await history.generate(entities).catch((thrown: unknown) => thrown);
        expect(messageOf(error))
          .to.contain(`type ${before} becomes ${after}, and a STRICT table of SQLite converts no such value`)
          .and.contain(`--using ${shellQuoted(`item.s=CAST("s" AS ${after})`)}`);
        const back = before === 'any' ? [] : [`item.s=CAST("s" AS ${before})`];
        for (const one of back) expect(messageOf(error)).to.contain(`--using-down ${shellQuoted(one)}`);
        await history.generate(entities, { usings: [`item.s=CAST("s" AS ${after})`], usingsDown: back });
        expect(await history.checked(database(), entities)).to.deep.equal(UNMANAGED);
      }));
});
