import { expect } from 'chai';
import pg from 'pg';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { isVolatileExpression } from '../../src/lint/sql/expression.js';
import type { ActionOf } from '../../src/lint/sql/action.js';
import { NON_VOLATILE, OF_EXTENSIONS } from '../../src/lint/sql/non-volatile-functions.js';
import { loadParser } from '../../src/databases/postgres/parse/parser.js';
import { readStatement } from '../../src/lint/sql/read-statement.js';
import { costOfTypeChange } from '../../src/sql/postgres-type-change.js';
import { rowsOf } from '../support/cli-database.js';
import { ZONE_FREE, ZONE_READ } from '../support/zone-expressions.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { isBefore15 } from '../support/older-server.js';

/** Provides a connection, and the notices of the server on it. */
async function onServer<T>(
  { target }: TestDatabase,
  use: (client: pg.Client, statements: string[]) => Promise<T>,
): Promise<T> {
  if (target.dialect !== 'postgres') throw new Error('It is about PostgreSQL.');
  const client = new pg.Client(clientConfig(target));
  const statements: string[] = [];
  client.on('notice', ({ message }) => void statements.push(message ?? ''));
  await client.connect();
  try {
    return await use(client, statements);
  } finally {
    await client.end();
  }
}

/** Whether a statement makes the server rewrite a table. */
async function rewrites(client: pg.Client, table: string, sql: string): Promise<boolean> {
  const file = async () => {
    const { rows } = await client.query<{ readonly file: number }>(
      `SELECT pg_relation_filenode($1) AS file`,
      [table],
    );
    return rows[0]?.file;
  };
  const before = await file();
  await client.query(sql);
  return before !== (await file());
}

/** Former type, new type, a value. */
const TYPES: readonly (readonly [from: string, to: string, value: string])[] = [
  ['varchar(10)', 'varchar(20)', 'a'],
  ['varchar(20)', 'varchar(10)', 'a'],
  ['varchar(10)', 'varchar', 'a'],
  ['varchar', 'varchar(10)', 'a'],
  ['varchar(10)', 'text', 'a'],
  ['text', 'varchar', 'a'],
  ['text', 'varchar(10)', 'a'],
  ['char(3)', 'char(5)', 'a'],
  ['char(3)', 'text', 'a'],
  ['varbit(3)', 'varbit(5)', '1'],
  ['varbit(5)', 'varbit', '1'],
  ['bit(3)', 'bit(5)', '101'],
  ['numeric(8,2)', 'numeric(10,2)', '1'],
  ['numeric(8,2)', 'numeric(10,3)', '1'],
  ['numeric(8,2)', 'numeric', '1'],
  ['numeric', 'numeric(8,2)', '1'],
  ['numeric(8)', 'numeric(9)', '1'],
  ['timestamp(3)', 'timestamp(6)', '2020-01-01'],
  ['timestamp(3)', 'timestamp', '2020-01-01'],
  ['timestamp(6)', 'timestamp(3)', '2020-01-01'],
  ['timestamptz(3)', 'timestamptz', '2020-01-01'],
  ['time(3)', 'time(6)', '10:00'],
  ['timetz(3)', 'timetz', '10:00+00'],
  ['interval hour', 'interval day to second(3)', '1 hour'],
  ['interval day to second(3)', 'interval(6)', '1 hour'],
  ['interval(6)', 'interval day to second(3)', '1 hour'],
  ['interval', 'interval year to month', '1 year'],
  ['integer', 'bigint', '1'],
  ['bigint', 'integer', '1'],
  ['integer', 'text', '1'],
  ['cidr', 'inet', '10.0.0.0/8'],
  ['inet', 'cidr', '10.0.0.0/8'],
  ['json', 'jsonb', '{}'],
  ['varchar(10)[]', 'varchar(20)[]', '{a}'],
  ['varchar[]', 'text[]', '{a}'],
  ['text[]', 'text[]', '{a}'],
  ['date', 'timestamptz', '2020-01-01'],
];

onDatabase('postgres', 'What the rules of lint take for a fact about PostgreSQL', (database) => {
  it('What the rules of lint take for a fact about PostgreSQL are functions that are all there, and not volatile in any of their forms', async () => {
    const names = [...NON_VOLATILE].map((name) => `('${name}')`).join(', ');
    for (const name of Object.keys(OF_EXTENSIONS)) await rowsOf(database(), `CREATE EXTENSION "${name}"`);
    const rows = await rowsOf(
      database(),
      `SELECT name, coalesce(bool_or(provolatile = 'v'), true) AS wrong
         FROM (VALUES ${names}) AS listed (name)
         LEFT JOIN pg_proc ON proname = name
        GROUP BY name`,
    );
    expect(rows).to.have.length(NON_VOLATILE.size);
    // Before PostgreSQL 15, its form for a time of day with a zone is volatile.
    const wrong = (await isBefore15()) ? ['timezone'] : [];
    expect(rows.filter((row) => row['wrong'] === true).map(({ name }) => name)).to.deep.equal(wrong);
  });

  it('What the rules of lint take for a fact about PostgreSQL are changes of type that write no table again; all others that it knows do', async () => {
    const parser = await loadParser();
    const wrong = await onServer(database(), async (client) => {
      const found: string[] = [];
      for (const [index, [from, to, value]] of TYPES.entries()) {
        const change = `ALTER TABLE t${index} ALTER COLUMN c TYPE ${to} USING c::${to}`;
        const facts = readStatement(parser, `CREATE TABLE t (c ${from}); ${change}`).actions;
        const [made, changed] = facts as [ActionOf<'create-table'>, ActionOf<'change-type'>];
        await client.query(`CREATE TABLE t${index} (c ${from})`);
        await client.query(`INSERT INTO t${index} VALUES ('${value}')`);
        const isRewritten = await rewrites(client, `t${index}`, change);
        const { work } = costOfTypeChange(made.columns[0]!.type, changed.type);
        if (isRewritten !== (work === 'heap')) found.push(`${from} -> ${to}`);
      }
      return found;
    });
    expect(wrong).to.deep.equal([]);
  });

  it('What the rules of lint take for a fact about PostgreSQL are defaults for which a table is rewritten', async () => {
    const defaults = [
      `'x'`,
      `now()::text`,
      `date_trunc('milliseconds', now())::text`,
      'CURRENT_USER',
      `jsonb_build_object('a', 1)::text`,
      'random()::text',
      'gen_random_uuid()::text',
      'clock_timestamp()::text',
      `md5(random()::text)`,
    ];
    const wrong = await onServer(database(), async (client) => {
      await client.query('CREATE TABLE t AS SELECT 1 AS id');
      const found: string[] = [];
      for (const [index, sql] of defaults.entries()) {
        const isRewritten = await rewrites(
          client,
          't',
          `ALTER TABLE t ADD COLUMN c${index} text DEFAULT ${sql}`,
        );
        if (isRewritten !== (await isVolatileExpression(sql))) found.push(sql);
      }
      return found;
    });
    expect(wrong).to.deep.equal([]);
  });

  it('What the rules of lint take for a fact about PostgreSQL are the proofs of NOT NULL: a validated check is one, and not where the same statement drops it', async () => {
    const proof = /sufficient to prove that it does not contain nulls/;
    await onServer(database(), async (client, statements) => {
      await client.query('CREATE TABLE t (a integer, b integer)');
      await client.query('INSERT INTO t VALUES (1, 1)');
      await client.query('ALTER TABLE t ADD CONSTRAINT ck CHECK (a IS NOT NULL AND b IS NOT NULL) NOT VALID');
      await client.query('SET client_min_messages = debug1');
      const proves = async (sql: string) => {
        statements.splice(0);
        await client.query(sql);
        return statements.some((words) => proof.test(words));
      };
      expect(await proves('ALTER TABLE t ALTER a SET NOT NULL')).to.equal(false);
      await client.query('ALTER TABLE t VALIDATE CONSTRAINT ck');
      expect(await proves('ALTER TABLE t ALTER b SET NOT NULL, DROP CONSTRAINT ck')).to.equal(false);
      await client.query('ALTER TABLE t ALTER b DROP NOT NULL, ADD CONSTRAINT ck CHECK (b IS NOT NULL)');
      expect(await proves('ALTER TABLE t ALTER b SET NOT NULL')).to.equal(true);
    });
  });

  it('What the rules of lint take for a fact about PostgreSQL are conversions in which the session decides on the instants', async () => {
    // The first one is left out by the clocks of New York.
    const [of, value] = [
      'CREATE TABLE t (since timestamp)',
      `INSERT INTO t VALUES ('2024-03-10 02:30'), ('2024-03-10 20:00')`,
    ];
    const inZone = (client: pg.Client, zone: string, using: string) =>
      [
        ...['BEGIN', `SET LOCAL timezone = '${zone}'`, of, value],
        `ALTER TABLE t ALTER COLUMN since TYPE timestamptz USING ${using}`,
      ].reduce<Promise<unknown>>((done, sql) => done.then(() => client.query(sql)), Promise.resolve());
    const valueIn = async (client: pg.Client, zone: string, using: string) => {
      await inZone(client, zone, using);
      const { rows } = await client.query<{ readonly at: string }>(
        "SELECT string_agg(extract(epoch FROM since)::text, ' ') AS at FROM t",
      );
      await client.query('ROLLBACK');
      return rows[0]?.at;
    };
    const wrong = await onServer(database(), async (client) => {
      const found: string[] = [];
      for (const using of [...ZONE_FREE, ...ZONE_READ]) {
        const [east, west] = [
          await valueIn(client, 'Asia/Tokyo', using),
          await valueIn(client, 'America/New_York', using),
        ];
        if ((east !== west) !== ZONE_READ.includes(using)) found.push(using);
      }
      return found;
    });
    expect(wrong).to.deep.equal([]);
  });
});
