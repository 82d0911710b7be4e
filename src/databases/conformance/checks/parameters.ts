import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { inWorld, sourceOf } from '../world.js';

/** What a lexer, a quote or a number may get wrong. */
const ROWS: readonly (readonly [id: number, label: string | null, amount: number | null])[] = [
  [1, 'plain', 7],
  [-2, "it's", -3],
  [3, 'a\\b \\\' "c"', 0],
  [4, 'one\ntwo -- three /* four', 1],
  [5, '$1 ? :name', null],
  [6, '', 2147483647],
  [7, null, -2147483648],
];

/** Statements whose parameters are written into them. */
export const PARAMETER_CHECKS: readonly Check[] = [
  { name: 'an inlined parameter means what a bound one means', run: checkMeaning },
  { name: 'a parameter that no text can hold is refused', run: checkRefusal },
];

function checkMeaning(subject: Subject): Promise<void> {
  const { database } = subject;
  const [id, label, amount] = [1, 2, 3].map(database.records.placeholder);
  const insert = `INSERT INTO "things" VALUES (${id}, ${label}, ${amount}, 'a ? $1')`;
  return inWorld(subject, async ({ connect }) => {
    const { dataSource, query } = await connect();
    await query(
      'CREATE TABLE "things" ("id" integer, "label" varchar(60), "amount" integer, "rest" varchar(10))',
    );
    const read = () => query('SELECT * FROM "things"');
    for (const row of ROWS) {
      await query(insert, row);
      const bound = await read();
      await query('DELETE FROM "things"');
      await query(database.inlined(dataSource, insert, row));
      assertSame(await read(), bound, `The row of the inlined parameters ${JSON.stringify(row)}`);
      await query('DELETE FROM "things"');
    }
  });
}

function checkRefusal(subject: Subject): Promise<void> {
  const { inlined, records } = subject.database;
  return subject.lend((target) => {
    const dataSource = sourceOf(subject, target);
    let written: string | undefined;
    try {
      written = inlined(dataSource, `SELECT ${records.placeholder(1)}`, [{ a: 1 }]);
    } catch {
      return Promise.resolve();
    }
    assertHolds(false, `inlined wrote an object as text: ${written}`);
    return Promise.resolve();
  });
}
