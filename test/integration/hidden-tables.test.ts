import { expect } from 'chai';
import {
  EntitySchema,
  EntitySchemaOptions,
  type DataSource,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { TableHiddenError } from '../../src/errors/server.js';

import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { eachDatabase } from '../support/databases.js';
import { only, recordsIn } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const MAKE = revision(
  'MakeGauges1800000000391',
  ['CREATE TABLE gauges (id integer PRIMARY KEY NOT NULL)'],
  ['DROP TABLE gauges'],
);
const RANK = revision(
  'RankGauges1800000000392',
  ['ALTER TABLE gauges ADD COLUMN rank integer'],
  ['ALTER TABLE gauges DROP COLUMN rank'],
);
const BY_HAND = revision(
  'SortGauges1800000000393',
  ['CREATE TEMPORARY TABLE sorting (id integer)', 'INSERT INTO sorting VALUES (1)'],
  [],
);
const LAST = revision('RankAgain1800000000394', ['ALTER TABLE gauges ADD COLUMN again integer'], []);

/** A class, which SQLite executes outside a transaction as well. */
class MakeOutside1800000000397 implements MigrationInterface {
  readonly name = 'MakeOutside1800000000397';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE gauges (id integer PRIMARY KEY NOT NULL)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE gauges');
  }
}

eachDatabase('A temporary table of the session that executes', (database) => {
  const isPostgres = () => database().dialect === 'postgres';
  const words = () =>
    isPostgres()
      ? 'The session that executes has a temporary table pg_temp.gauges, which hides public.gauges: '
      : 'The session that executes has a temporary table temp."gauges", which hides main."gauges": ';
  const connected = (...list: readonly (new () => MigrationInterface)[]) =>
    database().connect(only(...list), { poolSize: 1 });
  const columns = async (dataSource: DataSource) => {
    const rows = await dataSource.query<readonly { readonly name: string }[]>(
      isPostgres()
        ? `SELECT attname AS name FROM pg_attribute WHERE attrelid = to_regclass('public.gauges') AND attnum > 0`
        : `SELECT name FROM pragma_table_info('gauges', 'main')`,
    );
    return rows.map(({ name }) => name);
  };
  const refused = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TableHiddenError);
    const { message } = error as TableHiddenError;
    expect(message.startsWith(words()), message).to.equal(true);
    return error as TableHiddenError;
  };

  it('A temporary table that hides the table of an entity is not what the drift check reads', async () => {
    const key = { type: 'integer', primary: true, primaryKeyConstraintName: 'gauges_pkey' } as const;
    const options = { name: 'gauges', columns: { id: key } };
    const gauges = new EntitySchema(Object.assign(new EntitySchemaOptions<{ id: unknown }>(), options));
    const dataSource = await database().connect(
      { entities: [gauges as never], migrations: [MAKE] },
      { poolSize: 1 },
    );
    await migrateUp(dataSource);
    await dataSource.query('CREATE TEMPORARY TABLE gauges (another text)');
    await dataSource.query('CREATE INDEX own ON gauges (another)');
    expect(await checkDrift(dataSource)).to.deep.include({ status: 'in-sync', changes: [] });
    await dataSource.query(`DROP TABLE ${isPostgres() ? 'public' : 'main'}.gauges`);
    const { changes } = await checkDrift(dataSource);
    expect(changes.map(({ kind, table }) => `${kind} ${table}`)).to.deep.equal(['create-table gauges']);
  });

  it('A temporary table that hides the table of a revision is refused up and down, and nothing is recorded', async () => {
    const dataSource = await connected(MAKE, RANK);
    await migrateUp(dataSource, { target: '+1' });
    await dataSource.query('CREATE TEMPORARY TABLE gauges (id integer)');
    await refused(migrateUp(dataSource));
    await refused(migrateDown(dataSource));
    expect(await columns(dataSource)).to.deep.equal(['id']);
    expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000391']);
    await dataSource.query(`DROP TABLE ${isPostgres() ? 'pg_temp' : 'temp'}.gauges`);
    await migrateUp(dataSource);
    expect(await columns(dataSource)).to.deep.equal(['id', 'rank']);
  });

  it('A temporary table of the name of a table that the revision itself makes is refused before the record', async () => {
    const make = [
      'CREATE TABLE gauges (id integer PRIMARY KEY NOT NULL)',
      'INSERT INTO gauges (id) VALUES (7)',
    ];
    const dataSource = await connected(
      revision('FillGauges1800000000395', make, []),
      revision('DropsGauges1800000000396', [...make, 'DROP TABLE gauges'], []),
    );
    await dataSource.query('CREATE TEMPORARY TABLE gauges (id integer)');
    for (const list of [1, 2]) {
      const error = await refused(migrateUp(dataSource, { target: `+${list}` }));
      expect(error.message).to.match(/ The transaction of the revision was rolled back\. Migrate on/);
      expect([await columns(dataSource), await recordsIn(database())]).to.deep.equal([[], []]);
    }
    await dataSource.query(`DROP TABLE ${isPostgres() ? 'pg_temp' : 'temp'}.gauges`);
    await migrateUp(dataSource, { target: '+1' });
    expect(await dataSource.query('SELECT id FROM gauges')).to.deep.equal([{ id: 7 }]);
  });

  it('A temporary table of the name of a table that a revision makes outside a transaction is refused, and nothing is recorded', async () => {
    const dataSource = await connected(MakeOutside1800000000397);
    await dataSource.query('CREATE TEMPORARY TABLE gauges (id integer)');
    const error = await refused(migrateUp(dataSource));
    expect(error.message).to.include(
      ' The revision ran outside a transaction and is not recorded. Migrate on',
    );
    expect(await recordsIn(database())).to.deep.equal([]);
  });

  it('A temporary table that hides none is left alone, also where a revision makes it', async () => {
    const dataSource = await connected(MAKE, RANK, BY_HAND, LAST);
    await dataSource.query('CREATE TEMPORARY TABLE other (id integer)');
    await migrateUp(dataSource);
    expect(await columns(dataSource)).to.deep.equal(['id', 'rank', 'again']);
  });
});
