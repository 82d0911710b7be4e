import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { ConnectError } from '../../src/errors/base.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase, onServer } from '../support/databases.js';
import { attemptsIn, failureOf, only, onTarget, readable, runsIn } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';

const ID = 'Break1800000000500';

const throwing = (words: string) => handWritten(ID, () => Promise.reject(new Error(words)));

eachDatabase('The error of a failed revision', (database) => {
  it('The error of a failed revision is noted although it holds a NUL, which no database stores', async () => {
    const dataSource = await database().connect(only(throwing('before\0behind')));
    const { message } = await failureOf(migrateUp(dataSource));
    expect(message).to.match(/^Break1800000000500: up failed: before\\x00behind\. /);
    expect(await attemptsIn(database())).to.deep.include.members([
      {
        revision: ID,
        direction: 'up',
        kind: 'ran',
        outcome: 'failed',
        tries: 1,
        error: 'before\\x00behind',
      },
    ]);
    const [run] = await runsIn(database());
    expect(run).to.include({ outcome: 'failed', error: message });
    expect((await readStatus(dataSource)).failed.map(({ error }) => error)).to.deep.equal([
      'before\\x00behind',
    ]);
  });

  it('The error of a failed revision holds no password, neither in the error nor in the log', async () => {
    const words =
      'cannot reach postgres://ann:Tango@db.example/orders, host=a password=Tango dbname=b, postgres%3A%2F%2Fann%3ATango%40a';
    const dataSource = await database().connect(only(throwing(words)));
    const failure = await failureOf(migrateUp(dataSource));
    expect(failure).to.be.instanceOf(RevisionFailedError);
    expect(failure.message).to.contain('cannot reach postgres://ann:***@db.example/orders');
    const told = [
      failure.message,
      JSON.stringify([await attemptsIn(database()), await runsIn(database())]),
      JSON.stringify([await readHistory(dataSource), await readStatus(dataSource)]),
    ];
    for (const text of told) expect(text).to.contain('***').and.not.contain('Tango');
  });

  it('The error of a failed revision is shown without the password that a former version has noted', async () => {
    const dataSource = await database().connect(only(throwing('fails')));
    await failureOf(migrateUp(dataSource));
    for (const table of ['run', 'attempt'])
      await execute(database(), [
        `UPDATE "migrations_${table}" SET "error" = 'no postgres://ann:Tango@db.example/orders'`,
      ]);
    const told = JSON.stringify([await readHistory(dataSource), await readStatus(dataSource)]);
    expect(told).to.contain('postgres://ann:***@db.example').and.not.contain('Tango');
  });

  for (const [title, thrown, words] of [
    ['is an object without a text', Object.create(null), 'the error has no message'],
    ['is nothing', undefined, 'undefined was thrown'],
    ['is an error without words', new TypeError(''), 'TypeError'],
    ['is an error whose words are no text', Object.assign(new Error(), { message: 7 }), '7'],
    ['is half of a character', new Error('a\ud800b'), 'a\ufffdb'],
  ] as const)
    it(`The error of a failed revision is noted where what is thrown ${title}`, async () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      const revision = handWritten(ID, () => Promise.reject(thrown));
      const dataSource = await database().connect(only(revision));
      const failure = await failureOf(migrateUp(dataSource));
      expect(failure).to.be.instanceOf(RevisionFailedError);
      expect(await attemptsIn(database())).to.have.length(1);
      expect((await attemptsIn(database()))[0]?.['error']).to.equal(words);
    });
});

onDatabase('postgres', 'The error of a failed revision, where the database is not of UTF-8', (database) => {
  const name = `latin_${randomBytes(6).toString('hex')}`;

  before(() =>
    onServer(`CREATE DATABASE ${name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`),
  );
  after(() => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

  it('The error of a failed revision, where the database is not of UTF-8, is noted in ASCII where the encoding has no character for it', async () => {
    const target = { ...database().target, database: name };
    await onTarget(target, { contents: only(throwing('größe → 表 \u{1f600}')) }, async (dataSource) => {
      await failureOf(migrateUp(dataSource));
    });
    const [attempt] = await attemptsIn(readable(target));
    expect(attempt?.['error']).to.equal('gr\\u00f6\\u00dfe \\u2192 \\u8868 \\ud83d\\ude00');
    const [run] = await runsIn(readable(target));
    expect(run?.['outcome']).to.equal('failed');
  });
});

onDatabase('postgres', 'A limit on connections (PostgreSQL)', (database) => {
  for (const [title, limit, words] of [
    [
      'the role',
      (role: string) => `ALTER ROLE ${role} CONNECTION LIMIT 0`,
      'the role has as many connections as its CONNECTION LIMIT allows; end one, or raise the limit: ALTER ROLE <role> CONNECTION LIMIT <number>',
    ],
    [
      'the database',
      (_role: string, name: string) => `ALTER DATABASE "${name}" CONNECTION LIMIT 0`,
      'the database has as many connections as its CONNECTION LIMIT allows; end one, or raise the limit: ALTER DATABASE <database> CONNECTION LIMIT <number>',
    ],
  ] as const)
    it(`A limit on connections is called the limit of ${title}, with the statement that raises it`, async () => {
      const target = database().target as PostgresTarget;
      const role = `limited_${randomBytes(4).toString('hex')}`;
      await execute(database(), [
        `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`,
        limit(role, target.database),
      ]);
      try {
        const failure = await failureOf(
          database().connect({}, { database: { ...target, user: role, password: 'secret' } }),
        );
        expect(failure).to.be.instanceOf(ConnectError);
        expect(failure.message).to.include(words);
      } finally {
        await execute(database(), [`DROP ROLE ${role}`]);
      }
    });
});
