import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { ScriptError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { onChain } from '../support/chain-database.js';
import { handWritten, insertBox, isPostgres, makeBoxes } from '../support/hand-written.js';
import { runOffline, scriptFor } from '../support/offline-run.js';
import { eachPair, expectEqual, expectSameUp, expectSameUpOrRefusal } from '../support/pair.js';

const ID = 'ByHand1800000000341';
const contentsOf = (...bodies: readonly ((queryRunner: QueryRunner) => Promise<unknown>)[]) => ({
  entities: [],
  migrations: bodies.map((body, index) => handWritten(`${ID.slice(0, -1)}${index + 1}`, body)),
});
const box =
  (...values: readonly unknown[]) =>
  async (queryRunner: QueryRunner) => {
    await makeBoxes(queryRunner);
    await insertBox(queryRunner, isPostgres(queryRunner), values);
  };

/** Bodies that only write, so that a script can hold them. */
const WRITES: Readonly<Record<string, (queryRunner: QueryRunner) => Promise<unknown>>> = {
  "uses TypeORM's methods for tables and indexes": makeBoxes,
  'sends texts that look like something else': box(1, `it's $1 ? "x" -- \\ /* :a */`, 2, null),
  'sends nothing, zero and truth': box(1, null, 0, true),
  'sends an empty text, a negative number and untruth': box(1, '', -5, false),
  'has placeholders in texts, names and comments of its own': async (queryRunner) => {
    await makeBoxes(queryRunner);
    const place = isPostgres(queryRunner) ? '$1' : '?';
    await queryRunner.query(
      `INSERT INTO "boxes" ("id", "words") /* ? $1 */ SELECT ${place}, '$1 ? it''s' AS "what? $1" -- $1 ?`,
      [3],
    );
  },
  'writes through the manager': async (queryRunner) => {
    await makeBoxes(queryRunner);
    await insertBox(queryRunner.manager, isPostgres(queryRunner), [4, 'managed', 1, null]);
  },
  'asks for a transaction of its own': async (queryRunner) => {
    await makeBoxes(queryRunner);
    await queryRunner.startTransaction();
    await insertBox(queryRunner, isPostgres(queryRunner), [5, 'inside', 1, null]);
    await queryRunner.commitTransaction();
  },
};

/** Bodies that come to the same, or must be named: nothing may be different in silence. */
const DOUBTFUL: Readonly<Record<string, (queryRunner: QueryRunner) => Promise<unknown>>> = {
  'has a minus before a negative number': async (queryRunner) => {
    await makeBoxes(queryRunner);
    await queryRunner.query(
      `INSERT INTO "boxes" ("id", "words") VALUES (7 -${isPostgres(queryRunner) ? '$1' : '?'}, 'seven')`,
      [-5],
    );
  },
  'compares a text with a number': async (queryRunner) => {
    await makeBoxes(queryRunner);
    await queryRunner.query(`INSERT INTO "boxes" ("id", "words") VALUES (1, '5')`);
    await queryRunner.query(
      `DELETE FROM "boxes" WHERE "words" = ${isPostgres(queryRunner) ? '$1' : 'CAST(? AS text)'}`,
      [5],
    );
  },
};

const DOLLARS: typeof DOUBTFUL = {
  'numbers its placeholders with dollars': async (queryRunner) => {
    await makeBoxes(queryRunner);
    await queryRunner.query('INSERT INTO "boxes" ("id", "words") VALUES ($1, $2)', [5, 'five']);
  },
};

function takesNumbered(): boolean {
  return chooseSqliteDriver().type === 'sqlite';
}

/** Other ways to write a placeholder of SQLite's; one of the drivers takes no list of values for them. */
const DOUBTFUL_SQLITE: typeof DOUBTFUL = {
  'numbers its placeholders with question marks': async (queryRunner) => {
    await makeBoxes(queryRunner);
    await queryRunner.query('INSERT INTO "boxes" ("id", "words") VALUES (?1, ?2)', [5, 'five']);
  },
};

/** Bodies that need the database's answer, and the words for that. */
const READS: Readonly<Record<string, readonly [(queryRunner: QueryRunner) => Promise<unknown>, RegExp]>> = {
  selects: [(queryRunner) => queryRunner.query('SELECT 1'), /it reads the database: SELECT 1/],
  'selects behind a comment': [
    (queryRunner) => queryRunner.query('-- how many\n/* of; them */ SELECT count(*) FROM "boxes"'),
    /it reads the database/,
  ],
  'selects in parentheses': [(queryRunner) => queryRunner.query('(SELECT 1)'), /it reads the database/],
  'wants a row back': [
    (queryRunner) => queryRunner.query('INSERT INTO "boxes" ("id") VALUES (1) RETURNING "id"'),
    /it reads the database/,
  ],
  'asks whether a table exists': [(queryRunner) => queryRunner.hasTable('boxes'), /it reads the database/],
  'asks for a table': [(queryRunner) => queryRunner.getTable('boxes'), /it reads the database/],
  'finds through the manager': [(queryRunner) => queryRunner.manager.find('boxes'), /boxes/],
  'queries past its query runner': [
    (queryRunner) => queryRunner.connection.query('DELETE FROM "boxes"'),
    /[Cc]onnect|undefined/,
  ],
  throws: [() => Promise.reject(new Error('thrown by hand')), /thrown by hand/],
};

eachPair('A migration class written by hand goes into a script', (pair, dialect) => {
  for (const [title, body] of Object.entries(WRITES))
    it(`A migration class written by hand goes into a script when it ${title}`, () =>
      expectSameUp(pair(), contentsOf(body)));

  it('A migration class written by hand goes into a script on the way down as well', async () => {
    const contents = {
      entities: [],
      migrations: [handWritten(ID, makeBoxes, (queryRunner) => queryRunner.query('DROP TABLE "boxes"'))],
    };
    const { online, offline } = pair();
    for (const database of [online, offline])
      await onChain(database, (dataSource) => migrateUp(dataSource), contents);
    await onChain(online, (dataSource) => migrateDown(dataSource), contents);
    await runOffline(offline, contents, { direction: 'down' });
    await expectEqual(pair());
  });

  const doubtful =
    dialect === 'postgres'
      ? { ...DOUBTFUL, ...DOLLARS }
      : takesNumbered()
        ? { ...DOUBTFUL, ...DOLLARS, ...DOUBTFUL_SQLITE }
        : DOUBTFUL;
  for (const [title, body] of Object.entries(doubtful))
    it(`A migration class written by hand goes into a script as it is, or is named, when it ${title}`, () =>
      expectSameUpOrRefusal(pair(), contentsOf(body), ID));
});

eachPair('A migration class written by hand is named, and no script is written, when it', (pair, dialect) => {
  const refusalOf = async (body: (queryRunner: QueryRunner) => Promise<unknown>) => {
    const contents = contentsOf(makeBoxes, body);
    const outcome: unknown = await scriptFor(pair().offline, contents, { direction: 'up' }).catch(
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(ScriptError);
    return (outcome as ScriptError).message;
  };

  for (const [title, [body, words]] of Object.entries(READS))
    it(title, async () => {
      const message = await refusalOf(body);
      expect(message).to.match(
        /^ByHand1800000000342: written by hand, and its up cannot be recorded without a database: /,
      );
      expect(message).to.match(words);
      expect(message).to.match(/[^.]\. No script was written\. Declare its statements as lists/);
    });

  it('Migration classes written by hand that read are all named, and the range that a script can hold', async () => {
    const reads = (queryRunner: QueryRunner) => queryRunner.hasTable('boxes');
    const reaches = (queryRunner: QueryRunner) =>
      Promise.resolve((queryRunner as unknown as { readonly no: { readonly such: string } }).no.such);
    const [first, second, third, fourth] = [1, 2, 3, 4].map((number) => `${ID.slice(0, -1)}${number}`);
    const both = [reads, makeBoxes, reaches, makeBoxes].map((body, index) =>
      handWritten(`${ID.slice(0, -1)}${index + 1}`, body, body),
    );
    const refusal = (direction: 'up' | 'down', target: string) =>
      scriptFor(pair().offline, { entities: [], migrations: both }, { direction, target }).then(
        () => 'written',
        (error: unknown) => (error as Error).message,
      );
    const middle = 'No script was written. Declare its statements as lists (class ... extends Revision), or';
    const up = await refusal('up', 'head');
    expect(up).to.match(/^ByHand1800000000341: written by hand, and its up .*: it reads the database: /);
    expect(up).to.include(
      `The same is true of ${third}. ${middle} run up ${third}, then write a script for the rest: up ${third}..head --sql`,
    );
    expect(await refusal('up', `${third}..head`)).to.equal('written');
    const down = await refusal('down', `${fourth}..${first}`);
    expect(down).to.match(
      /^ByHand1800000000343: .* its down .*: it fails without a connection \(Cannot read properties of undefined/,
    );
    expect(down).to.include(
      `${middle} run down ${second}, then write a script for the rest: down ${second}..${first} --sql`,
    );
    expect(await refusal('down', `${second}..${first}`)).to.equal('written');
    expect(await refusal('down', `${third}..${second}`)).to.match(/extends Revision\), or migrate online\.$/);
  });

  it('A migration class written by hand is named, and no script is written, when it is asked for the other dialect, whose statements are unknown', async () => {
    const other = dialect === 'sqlite' ? 'postgres' : 'sqlite';
    const outcome: unknown = await scriptFor(pair().offline, contentsOf(makeBoxes), {
      direction: 'up',
      dialect: other,
    }).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(ScriptError);
    expect((outcome as ScriptError).message).to.equal(
      `${ID}: written by hand, so its statements for ${other} are unknown; the DataSource is for ${dialect}.`,
    );
  });
});
