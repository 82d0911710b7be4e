import { expect } from 'chai';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { entities } from '../../src/entities/index.js';
import { migrations } from '../../src/migrations/index.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { readCatalog } from '../support/catalog.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { only, withClient } from '../support/failures.js';
import { runOffline } from '../support/offline-run.js';
import { lendPlainPostgres, plainDataSource } from '../support/plain-postgres.js';
import { revision } from '../support/revisions.js';
import { detailedReadiness } from '../support/readiness.js';
import { postgresModel } from './drift/sensitivity/postgres-model.js';

/** Every setting of a session that changes how values and expressions are read or shown, away from its default. */
const ODD: Readonly<Record<string, string>> = {
  quote_all_identifiers: 'on',
  extra_float_digits: '-10',
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'America/New_York',
  bytea_output: 'escape',
  xmloption: 'document',
  xmlbinary: 'hex',
  standard_conforming_strings: 'off',
  escape_string_warning: 'off',
  backslash_quote: 'on',
  array_nulls: 'off',
  transform_null_equals: 'on',
  row_security: 'off',
  search_path: 'public, pg_catalog',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  parallel_setup_cost: '0',
  parallel_tuple_cost: '0',
  plan_cache_mode: 'force_generic_plan',
};

/** What each of them would show in other words. */
@Entity({ name: 'oddities' })
@Check('ck_oddities_path', `"path" <> 'c:\\new' AND "spent" <> '{a,NULL}'`)
@Index('ix_oddities_path', ['path'], { where: `"path" = 'd:\\old'` })
class Oddity {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_oddities' })
  id!: number;

  @Column({ type: 'text', default: 'c:\\new' })
  path!: string;

  @Column({ type: 'text', array: true, default: () => `'{a,NULL}'` })
  spent!: string[];

  @Column({ type: 'double precision', default: () => '0.1::double precision * 3' })
  ratio!: number;

  @Column({ type: 'timestamp with time zone', default: () => `'2026-03-04 05:06:07+00'` })
  at!: Date;

  @Column({ type: 'date', default: () => `'2026-03-04'` })
  day!: string;

  @Column({ type: 'interval', default: () => `'-1 day +02:03:04'` })
  span!: object;

  @Column({ type: 'bytea', default: () => `'\\x00ff5c'` })
  bytes!: Buffer;
}

const model = [...postgresModel, Oddity];

describe('A check of a database whose settings are all odd (PostgreSQL)', () => {
  it('A check of a database whose settings are all odd is in sync, as it is without them', async () => {
    const database = await lendPlainPostgres(['CREATE EXTENSION btree_gist', 'CREATE SCHEMA audit']);
    try {
      const usual = await database.connect(model);
      await usual.synchronize();
      const report = await checkDrift(usual);
      expect(report).to.include({ status: 'in-sync' });
      for (const [name, value] of Object.entries(ODD)) {
        await set(database.target.database, (sql) => database.execute(sql), { [name]: value });
        expect([name, await checkDrift(plainDataSource(database.target, { entities: model }))]).to.deep.equal(
          [name, report],
        );
      }
      const all = plainDataSource(database.target, { entities: model });
      await all.initialize();
      expect(await all.query('SHOW quote_all_identifiers')).to.deep.equal([{ quote_all_identifiers: 'on' }]);
      expect(await checkDrift(all)).to.deep.equal(report);
      expect(await all.query('SHOW quote_all_identifiers')).to.deep.equal([{ quote_all_identifiers: 'on' }]);
      await all.destroy();
    } finally {
      await database.takeBack();
    }
  });
});

onDatabase('postgres', 'A database whose settings are all odd (PostgreSQL)', (database) => {
  beforeEach(() => odd(database(), ODD));

  it('A database whose settings are all odd gets the same schema from the same revisions, up, down and up again, and every command reads it', async () => {
    const dataSource = await database().connect();
    await migrateUp(dataSource);
    expect(await checkDrift(dataSource)).to.include({ status: 'in-sync' });
    await migrateDown(dataSource, { target: 'base' });
    await migrateUp(dataSource);
    const { pending, applied } = await readStatus(dataSource);
    expect({ pending, applied: applied.length }).to.deep.equal({ pending: [], applied: migrations.length });
    for (const { appliedAt } of applied)
      expect(Date.parse(appliedAt ?? '')).to.be.closeTo(Date.now(), 60_000);
    expect((await readHistory(dataSource)).map(({ outcome }) => outcome)).to.deep.equal(
      Array(3).fill('completed'),
    );
    const readiness = detailedReadiness(dataSource);
    expect(await readiness.ready()).to.deep.equal({ status: 'up' });
    const made = await catalogOf(database());
    await odd(database(), {});
    await migrateDown(await database().connect(), { target: 'base' });
    await migrateUp(await database().connect());
    expect(await catalogOf(database())).to.deep.equal(made);
  });
});

/** What a statement means is decided where it is lexed. */
const NOTES = revision(
  'MakeNotes1800000000501',
  [
    'CREATE TABLE notes (path text, spent text[], missing text)',
    `INSERT INTO notes VALUES ('c:\\new', '{a,NULL}', NULL)`,
    `INSERT INTO notes SELECT path, spent, 'found' FROM notes WHERE missing = NULL`,
    `COMMENT ON TABLE notes IS 'c:\\temp'`,
  ],
  [`DELETE FROM notes WHERE path = 'c:\\new'`, 'DROP TABLE notes'],
);

class IndexNotes1800000000502 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: [`CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_notes ON notes (path) WHERE path <> 'c:\\new'`],
    down: ['DROP INDEX CONCURRENTLY IF EXISTS ix_notes'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

onDatabase(
  'postgres',
  'A statement with a backslash where standard_conforming_strings is off',
  (database) => {
    const contents = only(NOTES, IndexNotes1800000000502) as { entities: []; migrations: [] };
    const found = () =>
      withClient(database().target, async (client) => {
        await client.query('SET standard_conforming_strings = on');
        const notes = await client.query('SELECT * FROM notes');
        const [more] = (
          await client.query(
            `SELECT pg_get_indexdef('ix_notes'::regclass) AS index, obj_description('notes'::regclass) AS comment`,
          )
        ).rows as readonly object[];
        return { notes: notes.rows, ...more };
      });
    const EXPECTED = {
      notes: [{ path: 'c:\\new', spent: ['a', null], missing: null }],
      index: `CREATE INDEX ix_notes ON public.notes USING btree (path) WHERE (path <> 'c:\\new'::text)`,
      comment: 'c:\\temp',
    };
    beforeEach(() =>
      odd(database(), {
        standard_conforming_strings: 'off',
        array_nulls: 'off',
        transform_null_equals: 'on',
      }),
    );

    it('A statement with a backslash where standard_conforming_strings is off means online what it means elsewhere, and the session stays as it was', async () => {
      const dataSource = await database().connect(contents, { poolSize: 1 });
      await migrateUp(dataSource);
      expect(await found()).to.deep.equal(EXPECTED);
      expect(await dataSource.query('SHOW standard_conforming_strings')).to.deep.equal([
        { standard_conforming_strings: 'off' },
      ]);
      await migrateDown(dataSource, { target: 'base' });
    });

    it('A statement with a backslash where standard_conforming_strings is off means the same offline', async () => {
      await runOffline(database(), contents, { direction: 'up', target: 'head' });
      expect(await found()).to.deep.equal(EXPECTED);
    });
  },
);

async function odd({ target }: TestDatabase, settings: Readonly<Record<string, string>>): Promise<void> {
  await withClient(target, async (client) => {
    const { database } = target as PostgresTarget;
    await set(database, (sql) => client.query(sql), settings);
  });
}

/** New sessions alone have them. */
async function set(
  database: string,
  execute: (sql: string) => Promise<unknown>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(settings).length === 0) await execute(`ALTER DATABASE ${database} RESET ALL`);
  for (const [name, value] of Object.entries(settings))
    await execute(
      `ALTER DATABASE ${database} SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`,
    );
}

async function catalogOf(database: TestDatabase): Promise<unknown> {
  const target = database.target as PostgresTarget;
  const usual = await database.connect(
    { entities, migrations },
    { database: { ...target, options: '-c quote_all_identifiers=off -c standard_conforming_strings=on' } },
  );
  const { tables, enums } = await readCatalog(usual, 'postgres');
  await usual.destroy();
  return { tables, enums };
}
