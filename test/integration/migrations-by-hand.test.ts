import { expect } from 'chai';
import {
  Table,
  TableColumn,
  TableForeignKey,
  TableIndex,
  type DataSource,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { readCatalog } from '../support/catalog.js';
import { eachDatabase, onDatabase } from '../support/databases.js';

/** Written as TypeORM's own documentation shows it, with nothing of this package. */
class ShelvesAndBoxes1800000000011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const id = { name: 'id', type: 'integer', isPrimary: true, primaryKeyConstraintName: 'pk' };
    await queryRunner.createTable(
      new Table({ name: 'shelves', columns: [{ ...id, primaryKeyConstraintName: 'pk_shelves' }] }),
    );
    await queryRunner.createTable(
      new Table({
        name: 'boxes',
        columns: [
          { ...id, primaryKeyConstraintName: 'pk_boxes' },
          { name: 'shelf_id', type: 'integer' },
        ],
      }),
    );
    await queryRunner.query('INSERT INTO shelves (id) VALUES (21), (22)');
    await queryRunner.query('INSERT INTO boxes (id, shelf_id) VALUES (31, 21), (32, 21), (33, 22)');
    await queryRunner.createForeignKey(
      'boxes',
      new TableForeignKey({
        name: 'fk_boxes_shelf_id',
        columnNames: ['shelf_id'],
        referencedTableName: 'shelves',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropForeignKey('boxes', 'fk_boxes_shelf_id');
    await queryRunner.dropTable('boxes');
    await queryRunner.dropTable('shelves');
  }
}

/** Its name is a property and not that of the class; on SQLite it rebuilds a table that others point at. */
class Labels implements MigrationInterface {
  name = 'ShelfLabels1800000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    const label = { name: 'label', type: 'varchar', length: '30', default: "'unnamed'" };
    await queryRunner.addColumn('shelves', new TableColumn(label));
    await queryRunner.createIndex(
      'shelves',
      new TableIndex({ name: 'ix_shelves_label', columnNames: ['label'] }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropIndex('shelves', 'ix_shelves_label');
    await queryRunner.dropColumn('shelves', 'label');
  }
}

class BreaksLate1800000000013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.addColumn(
      'shelves',
      new TableColumn({ name: 'width', type: 'integer', isNullable: true }),
    );
    await queryRunner.query('DELETE FROM boxes');
    throw new Error('thrown by the migration itself');
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

const WRITTEN = { entities: [], migrations: [ShelvesAndBoxes1800000000011, Labels] };

eachDatabase('An ordinary TypeORM migration class', (database) => {
  const read = async (dataSource: DataSource) => (await readCatalog(dataSource, database().dialect)).tables;
  const boxes = (dataSource: DataSource) => dataSource.query('SELECT id, shelf_id FROM boxes ORDER BY id');
  const ALL_BOXES = [
    { id: 31, shelf_id: 21 },
    { id: 32, shelf_id: 21 },
    { id: 33, shelf_id: 22 },
  ];

  it("An ordinary TypeORM migration class runs with TypeORM's query runner, and keeps the children of a table that it changes", async () => {
    const dataSource = await database().connectAtHead(WRITTEN);
    const { shelves, boxes: table } = await read(dataSource);
    expect(shelves?.columns).to.deep.equal([
      'id integer not null',
      'label varchar(30) not null default unnamed',
    ]);
    expect(shelves?.indexes).to.deep.equal(['ix_shelves_label (label)']);
    expect(table?.foreignKeys).to.deep.equal([
      'fk_boxes_shelf_id (shelf_id) -> shelves (id) on delete CASCADE',
    ]);
    expect(await boxes(dataSource)).to.deep.equal(ALL_BOXES);
  });

  it('An ordinary TypeORM migration class is recorded by its name, and reverted', async () => {
    const dataSource = await database().connectAtHead(WRITTEN);
    const names: unknown = await dataSource.query('SELECT name FROM migrations ORDER BY id');
    expect(names).to.deep.equal([
      { name: 'ShelvesAndBoxes1800000000011' },
      { name: 'ShelfLabels1800000000012' },
    ]);
    await dataSource.undoLastMigration();
    const tables = await read(dataSource);
    expect(tables['shelves']?.columns).to.deep.equal(['id integer not null']);
    expect(tables['boxes']?.foreignKeys).to.have.length(1);
    expect(await boxes(dataSource)).to.deep.equal(ALL_BOXES);
    await dataSource.undoLastMigration();
    expect(Object.keys(await read(dataSource))).to.deep.equal([
      'migrations',
      'migrations_attempt',
      'migrations_heartbeat',
      'migrations_phase',
      'migrations_run',
    ]);
  });

  it('An ordinary TypeORM migration class leaves the former state when it throws', async () => {
    const migrations = [...WRITTEN.migrations, BreaksLate1800000000013];
    const dataSource = await database().connectAtHead(WRITTEN);
    const before = await read(dataSource);
    const broken = await database().connect({ entities: [], migrations });
    const failure = await broken.runMigrations().catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(RevisionFailedError);
    expect((failure as Error).message).to.include('up failed: thrown by the migration itself. ');
    expect(await read(broken)).to.deep.equal(before);
    expect(await boxes(broken)).to.deep.equal(ALL_BOXES);
  });
});

let seenTimeout: unknown;

class NotesTimeout1800000000014 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    seenTimeout = await queryRunner.query('SHOW statement_timeout');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('no way back'));
  }
}

class IndexConcurrently1800000000015 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX CONCURRENTLY ix_boxes_shelf_id ON boxes (shelf_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY no_such_index');
  }
}

onDatabase(
  'postgres',
  'A migration class on PostgreSQL, which has timeouts and non-transactional statements',
  (database) => {
    const idle = (dataSource: DataSource) =>
      dataSource.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
      );

    it('A migration class on PostgreSQL runs without the statement timeout of ordinary work, which holds again afterwards', async () => {
      const contents = { entities: [], migrations: [NotesTimeout1800000000014] };
      const dataSource = await database().connect(contents, { statementTimeoutMs: 54321, poolSize: 1 });
      await dataSource.runMigrations();
      expect(seenTimeout).to.deep.equal([{ statement_timeout: '0' }]);
      expect(await dataSource.query('SHOW statement_timeout')).to.deep.equal([
        { statement_timeout: '54321ms' },
      ]);
    });

    it('A migration class on PostgreSQL leaves no transaction open and the only connection usable when it fails', async () => {
      const contents = { entities: [], migrations: [NotesTimeout1800000000014] };
      const dataSource = await database().connect(contents, { statementTimeoutMs: 54321, poolSize: 1 });
      await dataSource.runMigrations();
      const failure = await dataSource.undoLastMigration().catch((error: unknown) => error);
      expect(failure).to.have.property('code', 'REVISION_FAILED');
      expect(await idle(dataSource)).to.deep.equal([]);
      expect(await dataSource.query('SHOW statement_timeout')).to.deep.equal([
        { statement_timeout: '54321ms' },
      ]);
    });

    it('A migration class on PostgreSQL runs outside a transaction when it reports it, and reports what is left when it fails', async () => {
      const migrations = [...WRITTEN.migrations, IndexConcurrently1800000000015];
      const dataSource = await database().connectAtHead({ entities: [], migrations });
      const { tables } = await readCatalog(dataSource, 'postgres');
      expect(tables['boxes']?.indexes).to.deep.equal(['ix_boxes_shelf_id (shelf_id)']);
      const failure = await dataSource.undoLastMigration().catch((error: unknown) => error);
      expect((failure as Error).message).to.equal(
        'IndexConcurrently1800000000015: down failed: index "no_such_index" does not exist. ' +
          'It runs outside a transaction and is not recorded; part of it may be in the database. ' +
          'Fix the cause, then run the command again.',
      );
      expect(await dataSource.showMigrations()).to.equal(false);
    });
  },
);
