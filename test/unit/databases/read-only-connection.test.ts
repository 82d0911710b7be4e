import { expect } from 'chai';
import { DataSource, Entity, PrimaryColumn } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { withReadOnlyConnection } from '../../../src/databases/read-only-connection.js';

class Loud {
  readonly heard: string[] = [];
}

@Entity()
class Note {
  @PrimaryColumn('integer')
  id!: number;
}

/** Options that would empty the database, create the schema and run foreign code on connecting. */
const HARMFUL = {
  synchronize: true,
  dropSchema: true,
  migrationsRun: true,
  migrations: [],
  entities: [Note],
  subscribers: [Loud],
};

function inMemory(options: object = HARMFUL): DataSource {
  const { type, module } = chooseSqliteDriver();
  return new DataSource({ type, driver: module, database: ':memory:', ...options });
}

function namesOfTables(dataSource: DataSource): Promise<readonly unknown[]> {
  return dataSource.query('SELECT name FROM sqlite_schema');
}

/** Nothing listens on port 1. */
const unreachable = (): DataSource =>
  new DataSource({ type: 'postgres', host: '127.0.0.1', port: 1, ...HARMFUL });

describe('withReadOnlyConnection', () => {
  it('connects, lends, closes, and gives the result', async () => {
    const dataSource = inMemory();
    const result = await withReadOnlyConnection(dataSource, () => Promise.resolve(dataSource.isInitialized));
    expect([result, dataSource.isInitialized]).to.deep.equal([true, false]);
  });

  it('runs nothing that the options say', async () => {
    const dataSource = inMemory();
    await withReadOnlyConnection(dataSource, async () => {
      expect(await namesOfTables(dataSource)).to.deep.equal([]);
      expect(dataSource.subscribers).to.deep.equal([]);
    });
  });

  it('gives back the options as they were, also what was not there', async () => {
    const dataSource = inMemory();
    const before = { ...dataSource.options };
    await withReadOnlyConnection(dataSource, () => {
      expect(dataSource.options).to.deep.include({ synchronize: false, dropSchema: false, subscribers: [] });
      return Promise.resolve();
    });
    expect(dataSource.options).to.deep.equal(before);
    expect(Object.keys(dataSource.options)).to.have.members(Object.keys(before));
  });

  it('closes and gives the options back when what borrowed it fails', async () => {
    const dataSource = inMemory();
    const before = { ...dataSource.options };
    const act = withReadOnlyConnection(dataSource, () => Promise.reject(new Error('broken')));
    expect(await act.catch(String)).to.equal('Error: broken');
    expect(dataSource.isInitialized).to.equal(false);
    expect(dataSource.options).to.deep.equal(before);
  });

  it('gives the options back when nobody can be reached', async () => {
    const dataSource = unreachable();
    const before = { ...dataSource.options };
    const act = withReadOnlyConnection(dataSource, () => Promise.resolve('connected'));
    expect(await act.catch((error: unknown) => (error as { code?: string }).code)).to.equal('CONNECT_FAILED');
    expect(dataSource.options).to.deep.equal(before);
  });

  it('leaves one that is connected already as it is, open', async () => {
    const dataSource = await inMemory({ entities: [Note] }).initialize();
    try {
      const before = { ...dataSource.options };
      await withReadOnlyConnection(dataSource, () => {
        expect(dataSource.options).to.deep.equal(before);
        return Promise.resolve();
      });
      expect(dataSource.isInitialized).to.equal(true);
    } finally {
      await dataSource.destroy();
    }
  });
});
