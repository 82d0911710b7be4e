import { expect } from 'chai';
import type { PostgresTarget } from '../../../src/database-url.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import type { DialectStatements } from '../../../src/migrator/revision.js';
import { createTwins, twinCalls } from '../../support/foreign-twins.js';
import { lookedUpIn } from '../../support/qualified-sql.js';
import { ANYHOW, SHARED, table, to, type Columns } from './case.js';
import { generateBoth, onRealDatabase, type Entities, type Revisions } from './property/run.js';

const VARCHAR_KEY: Columns = {
  code: { type: 'varchar', length: 9, primary: true },
  part: { type: 'varchar', length: 9, primary: true },
};
const LISTED = { type: 'enum', enumName: 'tone', array: true, nullable: true } as const;

/** The title of a change, the entities before and after, the confirmations, and former rows. */
type Case = readonly [
  what: string,
  before: Entities,
  after: Entities,
  words: Partial<ConfirmationOptions>,
  rows: readonly string[],
];

const CASES: readonly Case[] = [
  [
    'a backfill along a key of texts',
    table('job', VARCHAR_KEY),
    table('job', { ...VARCHAR_KEY, n: { type: 'integer' } }),
    { backfills: ['job.n=7'] },
    [`INSERT INTO job SELECT i::varchar, (i % 7)::varchar FROM pg_catalog.generate_series(1, 4500) AS i`],
  ],
  [
    'values that an enumerated type loses',
    table('job', { mood: SHARED, tones: { ...LISTED, enum: ['A', 'B', 'C'] } }),
    table('job', {
      mood: { ...SHARED, enum: ['A', 'B'] },
      tones: { ...LISTED, enum: ['A', 'B'] },
    }),
    ANYHOW,
    [`INSERT INTO job (id, mood, tones) VALUES (1, 'A', '{A,B}')`],
  ],
  [
    'numbers of a column',
    table('job', {}),
    table('job', { id: { type: 'integer', primary: true, generated: 'increment' } }),
    {},
    ['INSERT INTO job VALUES (1), (2)'],
  ],
  [
    'a table that is dropped, which another one points at',
    [
      ...table('boss', { id: { type: 'varchar', length: 9, primary: true } }),
      ...table('job', { boss: { type: 'varchar', length: 9, nullable: true } }, to('boss', 'boss', 'id')),
    ],
    table('job', { boss: { type: 'varchar', length: 9, nullable: true } }),
    { drops: ['boss'] },
    [`INSERT INTO boss VALUES ('a')`, `INSERT INTO job VALUES (1, 'a')`],
  ],
  [
    'a text that is read as a day by the printed expression',
    table('job', { value: { type: 'varchar', nullable: true } }),
    table('job', { value: { type: 'date', nullable: true } }),
    {
      ...ANYHOW,
      usings: [`job.value=pg_catalog.to_date(value, 'YYYY-MM-DD')`],
      usingsDown: [`job.value=pg_catalog.to_char(value, 'YYYY-MM-DD')`],
    },
    [`INSERT INTO job VALUES (1, '2026-01-02')`],
  ],
];

const USED = {
  functions: ['to_date', 'to_char', 'max', 'format', 'record_eq', 'pg_sleep'],
  operators: ['=', '<', '>', '<=', '>=', '<>', '&&', '+', '||'],
};

describe('A generated revision', function () {
  this.timeout(120_000);
  for (const [what, before, after, words, rows] of CASES)
    it(`A generated revision calls no function that a role with rights in public has created, for ${what}`, async () => {
      const { first, next } = await generateBoth({
        ...{ before, after },
        words: { ...NO_CONFIRMATIONS, ...words },
        dialects: ['postgres'],
      });
      expect(await lookedUp(next)).to.deep.equal([]);
      await onRealDatabase(
        'postgres',
        { entities: [], migrations: [...first, ...next] },
        async (dataSource) => {
          const target = first.at(-1)?.name ?? '';
          await migrateUp(dataSource, { target });
          for (const sql of rows) await dataSource.query(sql);
          const { database } = dataSource.options as unknown as PostgresTarget;
          const { host, port, username, password } = dataSource.options as unknown as Readonly<
            Record<string, never>
          >;
          const there = { host, port, user: username, password, database } as unknown as PostgresTarget;
          const role = `stranger_of_${database}`;
          await createTwins(there, USED, role);
          await migrateUp(dataSource);
          await migrateDown(dataSource, { target });
          const calls = await twinCalls(there);
          await dataSource.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
          expect(calls).to.equal(0);
        },
      );
    });
});

/** Functions and operators that the search path finds; types are those of the entities. */
async function lookedUp(revisions: Revisions): Promise<readonly string[]> {
  const found: string[] = [];
  for (const migration of revisions) {
    const { postgres } = new migration() as { readonly postgres?: DialectStatements };
    for (const sql of [...(postgres?.up ?? []), ...(postgres?.down ?? [])])
      for (const name of await lookedUpIn(sql))
        if (!name.startsWith('type ')) found.push(`${name} in ${sql}`);
  }
  return found;
}
