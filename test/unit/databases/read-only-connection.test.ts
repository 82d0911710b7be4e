import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  it('withReadOnlyConnection connects, runs the use, closes, and returns the result', async () => {
    const dataSource = inMemory();
    const result = await withReadOnlyConnection(dataSource, () => Promise.resolve(dataSource.isInitialized));
    expect([result, dataSource.isInitialized]).to.deep.equal([true, false]);
  });

  it('withReadOnlyConnection runs no side effect of the options', async () => {
    const dataSource = inMemory();
    await withReadOnlyConnection(dataSource, async () => {
      expect(await namesOfTables(dataSource)).to.deep.equal([]);
      expect(dataSource.subscribers).to.deep.equal([]);
    });
  });

  it('withReadOnlyConnection restores the options, also those that were absent', async () => {
    const dataSource = inMemory();
    const before = { ...dataSource.options };
    await withReadOnlyConnection(dataSource, () => {
      expect(dataSource.options).to.deep.include({ synchronize: false, dropSchema: false, subscribers: [] });
      return Promise.resolve();
    });
    expect(dataSource.options).to.deep.equal(before);
    expect(Object.keys(dataSource.options)).to.have.members(Object.keys(before));
  });

  it('withReadOnlyConnection closes and restores the options when its use fails', async () => {
    const dataSource = inMemory();
    const before = { ...dataSource.options };
    const act = withReadOnlyConnection(dataSource, () => Promise.reject(new Error('broken')));
    expect(await act.catch(String)).to.equal('Error: broken');
    expect(dataSource.isInitialized).to.equal(false);
    expect(dataSource.options).to.deep.equal(before);
  });

  it('withReadOnlyConnection restores the options when the server is unreachable', async () => {
    const dataSource = unreachable();
    const before = { ...dataSource.options };
    const act = withReadOnlyConnection(dataSource, () => Promise.resolve('connected'));
    expect(await act.catch((error: unknown) => (error as { code?: string }).code)).to.equal('CONNECT_FAILED');
    expect(dataSource.options).to.deep.equal(before);
  });

  for (const ports of [':1', ''])
    it(`withReadOnlyConnection says of a list of servers${ports && ' with ports'} in the url of TypeORM who takes one`, async () => {
      const url = `postgres://app:secret@no.invalid${ports},no2.invalid${ports}/shop`;
      const act = withReadOnlyConnection(new DataSource({ type: 'postgres', url }), () =>
        Promise.resolve(''),
      );
      expect(await act.catch(String)).to.equal(
        `ConnectError: Cannot connect to postgres://no.invalid${ports},no2.invalid${ports}/shop: ` +
          'the `url` of TypeORM takes one server, in a valid URL; for a list of servers, create the DataSource with createDataSource of orchestrator-db.',
      );
    });

  it('withReadOnlyConnection names a file of entities that fails, and not the database', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-entities-'));
    const file = join(folder, 'note.cjs');
    writeFileSync(file, `\nrequire('node:fs').readFileSync('/no/such/list.json');`);
    const act = withReadOnlyConnection(inMemory({ entities: [file] }), () => Promise.resolve('connected'));
    const error = await act.catch((reason: unknown) => reason as Error & { readonly code: string });
    rmSync(folder, { recursive: true });
    expect(error).to.deep.include({
      code: 'SOURCE_FAILED',
      message:
        'The database answered, but the entities and migrations of the DataSource cannot be loaded: ' +
        `ENOENT: no such file or directory, open '/no/such/list.json' (${file}:2). Fix that, then run the command again.`,
    });
  });

  it('withReadOnlyConnection leaves a connected DataSource unchanged and open', async () => {
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
