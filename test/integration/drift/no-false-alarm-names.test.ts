import { expect } from 'chai';
import { Column, Entity, PrimaryGeneratedColumn, type DataSource } from 'typeorm';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import {
  entity,
  findings,
  findingsAfterSynchronize,
  IN_SYNC,
  plainDataSource,
  synchronized,
} from './no-false-alarm-database.js';
import { TREES } from './no-false-alarm-families.js';
import { CAMEL, LONG_NAMES, ODD_NAMES, SnakeCase } from './no-false-alarm-names.js';
import { LIBRARY } from './no-false-alarm-relations.js';
import { ACROSS_SCHEMAS } from './no-false-alarm-schemas.js';

@Entity({ comment: 'What is said of the "table"' })
class Commented {
  @PrimaryGeneratedColumn({ comment: 'the key' })
  id!: number;

  @Column({ type: 'text', comment: `two\nlines, "quotes" and 'quotes' and a \\ backslash` })
  text!: string;

  @Column({ type: 'text', comment: '' })
  nothing!: string;
}

eachDatabase('Names', (database) => {
  it('Names are in sync after synchronize under a naming strategy', async () => {
    const options = { entities: [...CAMEL], namingStrategy: new SnakeCase() };
    expect(await findingsAfterSynchronize(database(), options)).to.deep.equal(IN_SYNC);
  });

  it('Names are in sync after synchronize with a prefix for all tables', async () => {
    const options = { entities: [...CAMEL, ...LIBRARY, ...TREES], entityPrefix: 'app_' };
    expect(await findingsAfterSynchronize(database(), options)).to.deep.equal(IN_SYNC);
  });

  it('Names are in sync after synchronize when they need quotes', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [...ODD_NAMES] })).to.deep.equal(IN_SYNC);
  });

  it('Names are in sync after synchronize when they are long', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [...LONG_NAMES] })).to.deep.equal(IN_SYNC);
  });

  it('Names are in sync beside the tables that TypeORM keeps for itself, whatever they are called', async () => {
    const migrationsTableName = 'applied_by_typeorm';
    const options = {
      entities: [entity('thing', { a: { type: 'integer' } })],
      migrationsTableName,
      metadataTableName: 'noted_by_typeorm',
      cache: { type: 'database', tableName: 'cached_by_typeorm' } as const,
    };
    await synchronized(database(), options, async (dataSource) => {
      await dataSource.runMigrations();
      expect(await tablesOf(dataSource)).to.include.members([migrationsTableName, 'cached_by_typeorm']);
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    });
  });

  it('Names are in sync after synchronize with comments', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [Commented] })).to.deep.equal(IN_SYNC);
  });

  it('Names are in sync after synchronize with collations', async () => {
    const collations =
      database().dialect === 'postgres'
        ? ['C', 'POSIX', 'default', 'und-x-icu']
        : ['NOCASE', 'rtrim', 'BINARY'];
    const columns = collations.map(
      (collation, index) => [`c${index}`, { type: 'varchar', collation }] as const,
    );
    const collated = entity('collated', Object.fromEntries(columns), {
      indices: [{ columns: ['c0', 'c1'] }],
      uniques: [{ columns: ['c0'] }],
    });
    expect(await findingsAfterSynchronize(database(), { entities: [collated] })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('postgres', 'Schemas', (database) => {
  it('Schemas are in sync after synchronize with references and enumerated types across them', async () => {
    await createSchemas(database(), ['audit', 'Old Things']);
    expect(await findingsAfterSynchronize(database(), { entities: [...ACROSS_SCHEMAS] })).to.deep.equal(
      IN_SYNC,
    );
  });

  it('Schemas are in sync after synchronize when the DataSource has a schema of its own', async () => {
    await createSchemas(database(), ['app', 'audit', 'Old Things']);
    const options = { entities: [...ACROSS_SCHEMAS], schema: 'app' };
    expect(await findingsAfterSynchronize(database(), options)).to.deep.equal(IN_SYNC);
  });
});

async function createSchemas(
  database: Parameters<typeof plainDataSource>[0],
  schemas: readonly string[],
): Promise<void> {
  const dataSource = await plainDataSource(database, {}).initialize();
  for (const schema of schemas) await dataSource.query(`CREATE SCHEMA "${schema}"`);
  await dataSource.destroy();
}

async function tablesOf(dataSource: DataSource): Promise<readonly string[]> {
  const queryRunner = dataSource.createQueryRunner();
  const tables = await queryRunner.getTables();
  await queryRunner.release();
  return tables.map(({ name }) => name.split('.').at(-1) ?? '');
}
