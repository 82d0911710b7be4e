import { expect } from 'chai';
import {
  DataSource,
  Migration,
  MigrationExecutor,
  Table,
  TableColumn,
  TableIndex,
  type QueryRunner,
} from 'typeorm';
import { readCatalog } from '../support/catalog.js';
import {
  Part,
  RebuildsOnTheWayBack1800000000031,
  TellingSubscriber,
  stockOptions,
  told,
  withStock,
} from '../support/contract.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { dataSourceFile } from '../support/processes.js';
import { runScript } from '../support/run-script.js';

const WITH_PARTS = { entities: [Part], subscribers: [TellingSubscriber] };

/** TypeORM's own DataSource with the table of parts and two rows in it. */
function withParts(database: TestDatabase, use: (dataSource: DataSource) => Promise<void>): Promise<void> {
  return withStock(stockOptions(database, WITH_PARTS), async (dataSource) => {
    await dataSource.driver.createSchemaBuilder().build();
    await dataSource.query("INSERT INTO parts (label) VALUES ('first'), ('second')");
    told.splice(0);
    await use(dataSource);
  });
}

/** What a write reports to a subscriber, and who relies on it: validation and the update date. */
const WRITES: readonly {
  readonly title: string;
  readonly run: (dataSource: DataSource) => Promise<unknown>;
  readonly tells: readonly string[];
}[] = [
  {
    title: 'save of an entity hands over the entity',
    run: ({ manager }) => manager.save(Object.assign(new Part(), { label: 'a' })),
    tells: ['insert Part from Part {label: "a"}'],
  },
  {
    title: 'save of plain objects hands over plain objects, not instances',
    run: ({ manager }) => manager.save(Part, [{ label: 'a' }, { label: 'b' }]),
    tells: ['insert Part from Object {label: "a"}', 'insert Part from Object {label: "b"}'],
  },
  {
    title: 'insert hands over each row',
    run: ({ manager }) => manager.insert(Part, [{ label: 'a' }, { label: () => "'b'" }]),
    tells: ['insert Part from Object {label: "a"}', 'insert Part from Object {label: a function}'],
  },
  {
    title: 'upsert is an insert to a subscriber, also when it updates',
    run: ({ manager }) => manager.upsert(Part, [{ label: 'first', kind: 'GEAR' }], ['label']),
    tells: ['insert Part from Object {label: "first", kind: "GEAR"}'],
  },
  {
    title: 'a query-builder insert hands over its values',
    run: (dataSource) => dataSource.createQueryBuilder().insert().into(Part).values({ label: 'a' }).execute(),
    tells: ['insert Part from Object {label: "a"}'],
  },
  {
    title: 'a partial save hands over what was given, the loaded entity and the columns that differ',
    run: async ({ manager }) => {
      const { id } = await manager.findOneByOrFail(Part, { label: 'first' });
      await manager.save(Part, { id, label: 'first', kind: 'GEAR' });
    },
    tells: ['update Part from Object {label: "first", kind: "GEAR"}, columns [kind], with the loaded one'],
  },
  {
    title: 'update hands over the values and nothing else',
    run: ({ manager }) => manager.update(Part, { label: 'first' }, { kind: 'GEAR' }),
    tells: ['update Part from Object {kind: "GEAR"}, columns []'],
  },
  {
    title: 'increment hands over an SQL expression',
    run: ({ manager }) => manager.increment(Part, { label: 'first' }, 'weight', 3),
    tells: ['update Part from Object {weight: a function}, columns []'],
  },
  {
    title: 'a query-builder update hands over its values',
    run: (dataSource) => dataSource.createQueryBuilder().update(Part).set({ kind: 'GEAR' }).execute(),
    tells: ['update Part from Object {kind: "GEAR"}, columns []'],
  },
  {
    title: 'a child that is only cut off is an update of nothing',
    run: async ({ manager }) => {
      const whole = await manager.findOneByOrFail(Part, { label: 'first' });
      await manager.update(Part, { label: 'second' }, { whole });
      told.splice(0);
      await manager.save(Object.assign(whole, { pieces: [] }));
    },
    tells: ['update Part from nothing, columns []'],
  },
];

eachDatabase('TypeORM, as we lean on it', (database) => {
  it('TypeORM, as we lean on it connects, then builds the metadata, then runs the migrations when migrationsRun reports it', async () => {
    const calls: unknown[] = [];
    class Noting extends DataSource {
      protected override async buildMetadatas(): Promise<void> {
        await super.buildMetadatas();
        calls.push('buildMetadatas', this.isInitialized, await this.query('SELECT 61 AS answer'));
      }

      override runMigrations(): Promise<Migration[]> {
        calls.push('runMigrations', this.entityMetadatas.length);
        return Promise.resolve([]);
      }
    }
    const dataSource = new Noting(stockOptions(database(), { entities: [Part], migrationsRun: true }));
    await dataSource.initialize();
    await dataSource.destroy();
    expect(calls).to.deep.equal(['buildMetadatas', true, [{ answer: 61 }], 'runMigrations', 1]);
  });

  it('TypeORM, as we lean on it reads the applied migrations without creating its table, and records and forgets without running', async () => {
    await withStock(stockOptions(database(), {}), async (dataSource) => {
      const executor = new MigrationExecutor(dataSource);
      expect(await executor.getExecutedMigrations()).to.deep.equal([]);
      expect((await readCatalog(dataSource, database().dialect)).objects).to.deep.equal([]);
      await dataSource.showMigrations();
      const row = new Migration(undefined, 1800000000032, 'Recorded1800000000032');
      await executor.insertMigration(row);
      expect(await executor.getExecutedMigrations()).to.deep.include.members([
        new Migration(1, 1800000000032, 'Recorded1800000000032'),
      ]);
      await executor.deleteMigration(row);
      expect(await executor.getExecutedMigrations()).to.deep.equal([]);
    });
  });

  it('TypeORM, as we lean on it creates its table when it only shows migrations, which ours does not, and of the same columns as ours', async () => {
    const ours = await database().connectAtHead();
    const expected = (await readCatalog(ours, database().dialect)).tables['migrations'];
    await ours.query('DROP TABLE migrations');
    await withStock(stockOptions(database(), {}), async (dataSource) => {
      await dataSource.showMigrations();
      const { tables } = await readCatalog(dataSource, database().dialect);
      expect(tables['migrations']).to.deep.equal(expected);
    });
  });

  for (const { title, run, tells } of WRITES) {
    it(`TypeORM, as we lean on it reports subscribers of every write: ${title}`, async () => {
      await withParts(database(), async (dataSource) => {
        await run(dataSource);
        expect(told).to.deep.equal(tells);
      });
    });
  }

  it('TypeORM, as we lean on it writes CURRENT_TIMESTAMP into the update date of every UPDATE that does not set it', async () => {
    await withParts(database(), (dataSource) => {
      const update = dataSource.createQueryBuilder().update(Part);
      expect(update.set({ kind: 'GEAR' }).getSql()).to.match(/, "changed_at" = CURRENT_TIMESTAMP$/);
      expect(update.set({ changedAt: new Date(71) }).getSql()).not.to.include('CURRENT_TIMESTAMP');
      return Promise.resolve();
    });
  });

  it('TypeORM, as we lean on it describes a table with columns, primary key, uniques, indexes and checks, and no foreign keys', async () => {
    await withParts(database(), (dataSource) => {
      const table = Table.create(dataSource.getMetadata(Part), dataSource.driver);
      const kind = table.findColumnByName('kind');
      expect(table.columns.map(({ name }) => name)).to.deep.equal([
        'id',
        'label',
        'kind',
        'weight',
        'changed_at',
        'whole_id',
      ]);
      expect(kind).to.deep.include({ enum: ['GEAR', 'BOLT'], enumName: 'partkind', isNullable: false });
      expect(table.findColumnByName('id')).to.include({
        isPrimary: true,
        primaryKeyConstraintName: 'pk_parts',
      });
      expect(table.uniques.map(({ name, columnNames }) => [name, columnNames])).to.deep.equal([
        ['uq_parts_label', ['label']],
      ]);
      expect(table.indices.map(({ name, isUnique }) => [name, isUnique])).to.deep.equal([
        ['ix_parts_kind', false],
      ]);
      expect(table.checks.map(({ name, expression }) => [name, expression])).to.deep.equal([
        ['ck_parts_weight', '"weight" > 0'],
      ]);
      expect(table.foreignKeys).to.deep.equal([]);
      return Promise.resolve();
    });
  });

  it('TypeORM, as we lean on it plans a schema without writing, down in the opposite order, a simple-enum as a type or a check', async () => {
    await withStock(stockOptions(database(), WITH_PARTS), async (dataSource) => {
      const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
      const up = upQueries.map(({ query }) => query);
      const enumerated = {
        postgres: `CREATE TYPE "public"."partkind" AS ENUM('GEAR', 'BOLT')`,
        sqlite: `"kind" varchar CHECK( "kind" IN ('GEAR','BOLT') ) NOT NULL DEFAULT ('BOLT')`,
      };
      expect(up.join('\n')).to.include(enumerated[database().dialect]);
      expect(downQueries).to.have.length(upQueries.length);
      expect(upQueries.every(({ parameters }) => !parameters?.length)).to.equal(true);
      expect((await readCatalog(dataSource, database().dialect)).objects).to.deep.equal([]);
      for (const sql of up) await dataSource.query(sql);
      for (const { query } of [...downQueries].reverse()) await dataSource.query(query);
      expect((await readCatalog(dataSource, database().dialect)).objects).to.deep.equal([]);
    });
  });

  it('TypeORM, as we lean on it sends every statement of the query runner through its own method query', async () => {
    await withStock(stockOptions(database(), {}), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const sent = listen(queryRunner);
      const id = { name: 'id', type: 'integer', isPrimary: true };
      await queryRunner.createTable(
        new Table({ name: 'rods', columns: [id, { name: 'size', type: 'integer' }] }),
      );
      await queryRunner.addColumn('rods', new TableColumn({ name: 'tint', type: 'text', isNullable: true }));
      await queryRunner.createIndex('rods', new TableIndex({ name: 'ix_rods_size', columnNames: ['size'] }));
      await queryRunner.renameTable('rods', 'bars');
      await queryRunner.dropTable('bars');
      await queryRunner.release();
      const verbs = sent.flatMap(
        (sql) => /^(CREATE (TABLE|INDEX)|ALTER TABLE|DROP TABLE)/.exec(sql)?.[1] ?? [],
      );
      expect(verbs).to.include.members(['CREATE TABLE', 'ALTER TABLE', 'CREATE INDEX', 'DROP TABLE']);
      expect(verbs.at(-1)).to.equal('DROP TABLE');
    });
  });
});

/** Every statement from now on, as the rebuild guard hears them. */
function listen(queryRunner: QueryRunner): readonly string[] {
  const sent: string[] = [];
  const run = queryRunner.query.bind(queryRunner) as (...args: unknown[]) => Promise<unknown>;
  Object.assign(queryRunner, {
    query: (...args: unknown[]) => {
      sent.push(String(args[0]));
      return run(...args);
    },
  });
  return sent;
}

onDatabase('sqlite', 'TypeORM on SQLite, as we override it', (database) => {
  it('TypeORM on SQLite, as we override it rebuilds a table under a temporary_ name, and renames it back', async () => {
    await withParts(database(), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const sent = listen(queryRunner);
      await queryRunner.dropColumn('parts', 'changed_at');
      const renames = sent.filter((sql) => sql.includes('RENAME TO'));
      expect(renames).to.deep.equal(['ALTER TABLE "temporary_parts" RENAME TO "parts"']);
    });
  });

  it('TypeORM on SQLite, as we override it deletes the children of a table that a revert rebuilds, since it begins before it switches foreign keys off', async () => {
    const options = stockOptions(database(), { migrations: [RebuildsOnTheWayBack1800000000031] });
    await withStock(options, async (dataSource) => {
      await dataSource.runMigrations();
      await dataSource.undoLastMigration();
      expect(await dataSource.query('SELECT count(*) AS pets FROM pet')).to.deep.equal([{ pets: 0 }]);
    });
  });

  it('TypeORM on SQLite, as we override it leaves the update date alone when an upsert updates', async () => {
    await withParts(database(), async (dataSource) => {
      await dataSource.query("UPDATE parts SET changed_at = '2026-01-15 12:30:00.007'");
      await dataSource.manager.upsert(Part, { label: 'first', weight: 9 }, ['label']);
      const rows: unknown = await dataSource.query(
        "SELECT weight, changed_at FROM parts WHERE label = 'first'",
      );
      expect(rows).to.deep.equal([{ weight: 9, changed_at: '2026-01-15 12:30:00.007' }]);
    });
  });
});

describe("TypeORM's command line, as we lean on it", () => {
  const harmless = 'with {"migrationsRun":false,"synchronize":false,"dropSchema":false,"subscribers":[]}';
  const cases = [
    [['migration:run'], `runMigrations {"transaction":"all","fake":false} ${harmless}\n`],
    [
      ['migration:run', '--fake', '-t', 'each'],
      `runMigrations {"transaction":"each","fake":true} ${harmless}\n`,
    ],
    [['migration:revert', '--fake'], `undoLastMigration {"transaction":"all","fake":true} ${harmless}\n`],
    [['migration:show'], `showMigrations {} ${harmless}\n`],
  ] as const;
  for (const [args, stdout] of cases) {
    it(`TypeORM's command line, as we lean on it calls the method of the DataSource for ${args.join(' ')}`, async () => {
      const result = await runScript('typeorm', [...args, ...dataSourceFile('reported-data-source')]);
      expect(result).to.deep.equal({ code: 0, stdout, stderr: '' });
    });
  }
});
