import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { migrations } from '../../src/migrations/index.js';
import { readCatalog, type Catalog } from '../support/catalog.js';
import { eachDatabase, onDatabase } from '../support/databases.js';

const IDS = migrations.map(({ name }) => name);

async function appliedIds(dataSource: DataSource): Promise<readonly string[]> {
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}

async function revertAll(dataSource: DataSource): Promise<void> {
  while ((await appliedIds(dataSource)).length > 0) await dataSource.undoLastMigration();
}

function tablesOf(catalog: Catalog): readonly string[] {
  return Object.keys(catalog.tables).sort();
}

eachDatabase('The revisions of this project', (database) => {
  const read = (dataSource: DataSource) => readCatalog(dataSource, database().dialect);

  it('The revisions of this project lead from base to exactly the schema of the entities', async () => {
    const dataSource = await database().connectAtHead();
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
  });

  it("The revisions of this project leave nothing to do to TypeORM's own schema builder", async () => {
    const dataSource = await database().connectAtHead();
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).to.deep.equal([]);
    expect(downQueries.map(({ query }) => query)).to.deep.equal([]);
  });

  it("The revisions of this project are recorded in TypeORM's table, in TypeORM's own format", async () => {
    const dataSource = await database().connectAtHead();
    const rows = await dataSource.query<{ id: number; timestamp: number | string; name: string }[]>(
      'SELECT * FROM migrations ORDER BY id',
    );
    expect(rows.map((row) => ({ ...row, timestamp: Number(row.timestamp) }))).to.deep.equal(
      IDS.map((name, index) => ({ id: index + 1, timestamp: Number(name.slice(-13)), name })),
    );
  });

  it('The revisions of this project go back one at a time', async () => {
    const dataSource = await database().connectAtHead();
    for (let left = IDS.length - 1; left > 0; left -= 1) {
      await dataSource.undoLastMigration();
      expect(await appliedIds(dataSource)).to.deep.equal(IDS.slice(0, left));
    }
    expect(tablesOf(await read(dataSource))).to.deep.equal([
      'idempotency_keys',
      'jobs',
      'migrations',
      'migrations_attempt',
      'migrations_heartbeat',
      'migrations_phase',
      'migrations_run',
      'resource_allocations',
      'workers',
    ]);
  });

  it('The revisions of this project leave the first schema as it was when all others are reverted', async () => {
    const before = await read(await database().connectAtHead({ migrations: migrations.slice(0, 1) }));
    const dataSource = await database().connectAtHead();
    for (let left = IDS.length; left > 1; left -= 1) await dataSource.undoLastMigration();
    expect(await read(dataSource)).to.deep.equal(before);
  });

  it('The revisions of this project leave nothing at base but the empty list of applied revisions, and the log', async () => {
    const dataSource = await database().connectAtHead();
    await revertAll(dataSource);
    const { objects, enums } = await read(dataSource);
    expect(objects.filter((words) => !/ (migrations\w*|PK_\w+)$/.test(words))).to.deep.equal([]);
    expect(objects).to.include('table migrations');
    expect(enums).to.deep.equal({});
    expect(await appliedIds(dataSource)).to.deep.equal([]);
  });

  it('The revisions of this project have nothing to revert at base', async () => {
    const dataSource = await database().connect();
    await dataSource.undoLastMigration();
    expect((await read(dataSource)).objects).to.deep.equal([]);
  });

  it('The revisions of this project lead from base to the same schema again after having been reverted', async () => {
    const dataSource = await database().connectAtHead();
    const before = await read(dataSource);
    await revertAll(dataSource);
    await dataSource.runMigrations();
    expect(await read(dataSource)).to.deep.equal(before);
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    expect(await appliedIds(dataSource)).to.deep.equal(IDS);
  });

  it('The revisions of this project change nothing when they are all applied', async () => {
    const dataSource = await database().connectAtHead();
    const before = await read(dataSource);
    expect(await dataSource.runMigrations()).to.deep.equal([]);
    expect(await read(dataSource)).to.deep.equal(before);
    expect(await appliedIds(dataSource)).to.deep.equal(IDS);
  });
});

onDatabase('postgres', 'The two dialects in one process', (postgres) => {
  onDatabase('sqlite', 'with one DataSource of each', (sqlite) => {
    it('The two dialects give the same entity the types of its own database, whichever was connected first', async () => {
      const first = await postgres().connectAtHead();
      const second = await sqlite().connectAtHead();
      const again = await postgres().connect();
      expect([first, second, again].map(typesOfJob)).to.deep.equal([
        { createdAt: 'timestamp with time zone', precision: 3, status: 'simple-enum' },
        { createdAt: 'datetime', precision: undefined, status: 'simple-enum' },
        { createdAt: 'timestamp with time zone', precision: 3, status: 'simple-enum' },
      ]);
    });

    it('The two dialects keep the same instant apart from each other', async () => {
      const createdAt = new Date('2026-04-05T06:07:08.009Z');
      for (const dataSource of [await postgres().connectAtHead(), await sqlite().connectAtHead()]) {
        await dataSource.getRepository('IdempotencyKey').insert({ key: 'side-by-side', createdAt });
        const found = await dataSource.getRepository('IdempotencyKey').findOneByOrFail({ createdAt });
        expect(found).to.include({ key: 'side-by-side' });
      }
    });

    it('Both dialects have nothing to do at head', async () => {
      for (const dataSource of [await postgres().connectAtHead(), await sqlite().connectAtHead()]) {
        const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
        expect(upQueries.map(({ query }) => query)).to.deep.equal([]);
      }
    });
  });
});

function typesOfJob(dataSource: DataSource): object {
  const metadata = dataSource.getMetadata('Job');
  const createdAt = metadata.findColumnWithPropertyName('createdAt');
  return {
    createdAt: createdAt?.type,
    precision: createdAt?.precision,
    status: metadata.findColumnWithPropertyName('status')?.type,
  };
}
