import { expect } from 'chai';
import { CommitUncertain } from '../../src/databases/commit-uncertain.js';
import { codeOf } from '../../src/databases/driver-error.js';
import { inTransaction, SessionClosedError, type Notice, type Session } from '../../src/databases/session.js';
import type { DialectName } from '../../src/databases/registry.js';
import { eachSession } from '../support/sessions.js';

const CREATE = 'CREATE TABLE "parts" ("id" integer PRIMARY KEY, "name" text NOT NULL)';
const COUNT = 'SELECT count(*) AS "n" FROM "parts"';

const PLACEHOLDERS: Readonly<Record<DialectName, readonly [string, string]>> = {
  postgres: ['$1', '$2'],
  sqlite: ['?', '?'],
};

/** The error of each database for a statement that is wrong, and of a key that is there already. */
const CODES: Readonly<Record<DialectName, { readonly wrong: RegExp; readonly taken: RegExp }>> = {
  postgres: { wrong: /^42601$/, taken: /^23505$/ },
  sqlite: { wrong: /^SQLITE_ERROR$/, taken: /^SQLITE_CONSTRAINT/ },
};

/** A statement that takes long where the process stays free meanwhile. */
const LONG: Readonly<Record<DialectName, string>> = {
  postgres: 'SELECT pg_sleep(60)',
  sqlite: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT max(i) FROM n',
};

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  );
}

async function countIn(session: Session): Promise<number> {
  const [row] = await session.query(COUNT);
  return Number(row?.['n']);
}

eachSession('A session', (opened) => {
  it('A session gives the rows of a SELECT as plain objects, in their order', async () => {
    const session = await opened().open();
    const rows = await session.query(
      `SELECT 7 AS "n", 'a' AS "t", NULL AS "none" UNION ALL SELECT 8, 'b', 'x' ORDER BY 1`,
    );
    expect(rows.map((row) => ({ ...row }))).to.deep.equal([
      { n: 7, t: 'a', none: null },
      { n: 8, t: 'b', none: 'x' },
    ]);
  });

  it('A session gives no rows of statements that answer with none', async () => {
    const session = await opened().open();
    const statements = [
      CREATE,
      `INSERT INTO "parts" VALUES (1, 'bolt'), (2, 'nut')`,
      `UPDATE "parts" SET "name" = 'screw' WHERE "id" = 2`,
      `DELETE FROM "parts" WHERE "id" = 1`,
    ];
    for (const sql of statements) expect(await session.query(sql), sql).to.deep.equal([]);
    expect(await countIn(session)).to.equal(1);
  });

  it('A session binds parameters as values', async () => {
    const { open, dialect } = opened();
    const session = await open();
    await session.query(CREATE);
    const [first, second] = PLACEHOLDERS[dialect];
    const name = `it's "quoted"; DROP TABLE parts`;
    await session.query(`INSERT INTO "parts" VALUES (${first}, ${second})`, [3, name]);
    const rows = await session.query(`SELECT "name" FROM "parts" WHERE "id" = ${first}`, [3]);
    expect(rows.map((row) => ({ ...row }))).to.deep.equal([{ name }]);
  });

  it('A session throws errors whose code is that of the database', async () => {
    const { open, dialect } = opened();
    const session = await open();
    await session.query(CREATE);
    await session.query(`INSERT INTO "parts" VALUES (1, 'bolt')`);
    const { wrong, taken } = CODES[dialect];
    expect(codeOf(await failureOf(session.query('SELEKT 1')))).to.match(wrong);
    const insert = `INSERT INTO "parts" VALUES (1, 'nut')`;
    expect(codeOf(await failureOf(session.query(insert)))).to.match(taken);
    expect(codeOf(await failureOf(session.send([insert])))).to.match(taken);
    expect(await countIn(session)).to.equal(1);
  });

  it('A session sends several statements in one message, which ends with the first error', async () => {
    const { open, dialect } = opened();
    const session = await open();
    const results = await session.send([CREATE, `INSERT INTO "parts" VALUES (1, 'bolt')`, COUNT]);
    if (dialect === 'postgres') expect(results.map((rows) => rows.length)).to.deep.equal([0, 0, 1]);
    await failureOf(
      session.send([
        `BEGIN`,
        `INSERT INTO "parts" VALUES (2, 'nut')`,
        'SELEKT',
        `INSERT INTO "parts" VALUES (3, 'x')`,
      ]),
    );
    await session.query('ROLLBACK');
    expect(await countIn(session)).to.equal(1);
  });

  it('A session commits with what is sent along, at both ends', async () => {
    const { open } = opened();
    const session = await open();
    const observer = await open();
    expect(session.openTransactions).to.equal(0);
    await session.begin([CREATE]);
    expect(session.openTransactions).to.equal(1);
    await session.query(`INSERT INTO "parts" VALUES (1, 'bolt')`);
    await session.commit([`INSERT INTO "parts" VALUES (2, 'nut')`]);
    expect(session.openTransactions).to.equal(0);
    expect(await countIn(observer)).to.equal(2);
  });

  it('A session leaves nothing of a transaction that is rolled back', async () => {
    const session = await opened().open();
    await session.query(CREATE);
    await session.begin();
    await session.query(`INSERT INTO "parts" VALUES (1, 'bolt')`);
    await session.rollback();
    expect(session.openTransactions).to.equal(0);
    expect(await countIn(session)).to.equal(0);
    await session.rollback();
    expect(await failureOf(session.commit())).to.be.instanceOf(Error);
  });

  it('A session rolls back when what is sent along fails, and throws what explains it', async () => {
    const session = await opened().open();
    await session.query(CREATE);
    const failed = await failureOf(session.begin(['SELEKT']));
    expect(failed).not.to.be.instanceOf(CommitUncertain);
    expect(session.openTransactions).to.equal(0);
    await session.begin();
    await session.query(`INSERT INTO "parts" VALUES (1, 'bolt')`);
    const explained = Object.assign(new Error('explained'), { code: '23514' });
    const error = await failureOf(session.commit(['SELEKT'], () => Promise.resolve(explained)));
    expect(error).to.equal(explained);
    expect(session.openTransactions).to.equal(0);
    expect(await countIn(session)).to.equal(0);
  });

  it('A session rolls back a body that fails, and commits one that does not with what it gives', async () => {
    const session = await opened().open();
    await session.query(CREATE);
    const ends = {
      begin: () => session.begin(),
      commit: (name: string) => session.commit([`INSERT INTO "parts" VALUES (2, '${name}')`]),
    };
    const failure = new Error('the body fails');
    const failing = async () => {
      await session.query(`INSERT INTO "parts" VALUES (1, 'bolt')`);
      throw failure;
    };
    expect(await failureOf(inTransaction(session, ends, failing))).to.equal(failure);
    expect(await countIn(session)).to.equal(0);
    await inTransaction(session, ends, () => Promise.resolve('nut'));
    const rows = await session.query('SELECT "name" FROM "parts"');
    expect(rows.map(({ name }) => name)).to.deep.equal(['nut']);
  });

  it('A session shows statements to the interceptors, the last one first, until they are removed', async () => {
    const session = await opened().open();
    const seen: string[] = [];
    const see = (who: string) => session.watch((sql, send) => (seen.push(`${who} ${sql}`), send()));
    const below = session.below();
    const stops = [see('first'), see('second')];
    await session.query('SELECT 1 AS "one"');
    expect(seen).to.deep.equal(['second SELECT 1 AS "one"', 'first SELECT 1 AS "one"']);
    const [row] = await below('SELECT 2 AS "two"');
    expect(row?.['two']).to.equal(2);
    await session.send(['SELECT 3']);
    expect(seen).to.have.length(2);
    stops[1]?.();
    stops[1]?.();
    await session.query('SELECT 4');
    stops[0]?.();
    await session.query('SELECT 5');
    expect(seen.slice(2)).to.deep.equal(['first SELECT 4']);
  });

  it('A session lets an interceptor replace a statement, answer for it, or refuse it', async () => {
    const { open, dialect } = opened();
    const session = await open();
    const [first] = PLACEHOLDERS[dialect];
    const stop = session.watch(async (sql, send) => {
      if (sql === 'refuse') throw new Error('refused');
      return sql === 'replace' ? send(`SELECT ${first} || 'c' AS "t"`) : undefined;
    });
    expect((await session.query('replace', ['ab'])).map(({ t }) => t)).to.deep.equal(['abc']);
    expect(await session.query('answer')).to.deep.equal([]);
    expect(await failureOf(session.query('refuse'))).to.have.property('message', 'refused');
    stop();
  });

  it('A session reports the notices of a server until that is stopped', async () => {
    const { open, dialect } = opened();
    const session = await open();
    const notices: Notice[] = [];
    const stop = await session.onNotice((notice) => notices.push(notice));
    const raise = async (words: string) => {
      if (dialect === 'postgres') await session.query(`DO $$ BEGIN RAISE ${words}; END $$`);
    };
    for (const words of [`NOTICE 'first'`, `WARNING 'second'`, `INFO 'third'`]) await raise(words);
    if (dialect === 'postgres') await session.query('SET client_min_messages = debug1');
    for (const words of [`DEBUG 'fourth'`, `LOG 'fifth'`, `NOTICE 'sixth' USING ERRCODE = '01000'`])
      await raise(words);
    stop();
    await raise(`NOTICE 'seventh'`);
    const reported = [
      { severity: 'notice', message: 'first' },
      { severity: 'warning', message: 'second' },
      { severity: 'notice', message: 'third' },
      { severity: 'notice', message: 'sixth' },
    ];
    expect(notices).to.deep.equal(dialect === 'postgres' ? reported : []);
  });

  it('A session closes during a statement, which does not go on', async () => {
    const { open, dialect } = opened();
    const session = await open();
    const running = session.query(LONG[dialect]).then(
      () => 'done',
      () => 'ended',
    );
    await session.close();
    expect(session.isClosed).to.equal(true);
    if (dialect === 'postgres') expect(await running).to.equal('ended');
    else await running;
    expect(await failureOf(session.query('SELECT 1'))).to.be.instanceOf(Error);
    await session.close();
  });

  it('A session refuses statements when it is closed', async () => {
    const session = await opened().open();
    await session.close();
    for (const sent of [session.query('SELECT 1'), session.send(['SELECT 1'])])
      expect(await failureOf(sent)).to.be.instanceOf(SessionClosedError);
  });

  it('A session opens another session of the same place', async () => {
    const session = await opened().open();
    await session.query(CREATE);
    const renewed = await session.renew();
    try {
      expect(await countIn(renewed)).to.equal(0);
      expect(renewed.place.shown).to.equal(session.place.shown);
    } finally {
      await renewed.close();
    }
    expect(await countIn(session)).to.equal(0);
  });

  it('A session shows where it leads to, without a password', async () => {
    const { open, dialect, database } = opened();
    const { place } = await open();
    expect(place.dialect).to.equal(dialect);
    expect(database.url).to.include(place.database);
    expect(place.shown).to.include(place.database).and.not.include('postgres:postgres@');
  });
});
