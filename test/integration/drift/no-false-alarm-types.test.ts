import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import {
  entity,
  findingsAfterSynchronize,
  IN_SYNC,
  plainDataSource,
  type Columns,
} from './no-false-alarm-database.js';
import { ARRAYS, NEUTRAL_TYPES, POSTGRES_TYPES, SQLITE_TYPES } from './no-false-alarm-types.js';

/** Types of TypeORM's list that an extension brings; each stands with the extension's name. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  citext: 'citext',
  hstore: 'hstore',
  ltree: 'ltree',
  cube: 'cube',
  geometry: 'postgis',
  geography: 'postgis',
  vector: 'vector',
  halfvec: 'vector',
};

/** Every column twice, once nullable. */
function columnsOf(types: readonly EntitySchemaColumnOptions[]): Columns {
  return Object.fromEntries(
    types.flatMap((type, index) => [
      [`c${index}`, type],
      [`n${index}`, { ...type, nullable: true }],
    ]),
  );
}

function missing(supported: readonly unknown[], covered: readonly EntitySchemaColumnOptions[]): unknown[] {
  const types = new Set<unknown>(covered.map(({ type }) => type));
  return supported.filter((type) => !types.has(type));
}

onDatabase('postgres', 'Column types of PostgreSQL', (database) => {
  it('Column types of PostgreSQL are in sync after synchronize, whatever length, precision, scale or array', async () => {
    const entities = [entity('all_types', columnsOf([...POSTGRES_TYPES, ...ARRAYS]))];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Column types of PostgreSQL that an extension brings are in sync where the server has the extension', async () => {
    const dataSource = await plainDataSource(database(), {}).initialize();
    const available: { name: string }[] = await dataSource.query('SELECT name FROM pg_available_extensions');
    await dataSource.destroy();
    const names = available.map(({ name }) => name);
    const types = Object.entries(EXTENSIONS)
      .filter(([, extension]) => names.includes(extension))
      .map(([type]) => ({ type }) as EntitySchemaColumnOptions);
    expect(types.map(({ type }) => type)).to.include.members(['citext', 'hstore', 'ltree', 'cube']);
    const entities = [entity('extension_types', columnsOf(types))];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Column types of PostgreSQL are all those that TypeORM lists', () => {
    const { supportedDataTypes } = plainDataSource(database(), {}).driver;
    const inExtensions = Object.keys(EXTENSIONS);
    expect(missing(supportedDataTypes, POSTGRES_TYPES)).to.have.members(
      supportedDataTypes.filter((type) => inExtensions.includes(type as string)),
    );
  });
});

onDatabase('sqlite', 'Column types of SQLite', (database) => {
  it('Column types of SQLite are in sync after synchronize, whatever length, precision or scale', async () => {
    const { supportedDataTypes } = plainDataSource(database(), {}).driver;
    const types = SQLITE_TYPES.filter(({ type }) => supportedDataTypes.includes(type));
    const entities = [entity('all_types', columnsOf(types))];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Column types of SQLite are all those that TypeORM lists', () => {
    const { supportedDataTypes } = plainDataSource(database(), {}).driver;
    expect(missing(supportedDataTypes, SQLITE_TYPES)).to.deep.equal([]);
  });
});

eachDatabase('Column types of TypeORM itself', (database) => {
  it('Column types of TypeORM itself are in sync after synchronize', async () => {
    const entities = [entity('neutral', columnsOf(NEUTRAL_TYPES))];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});
