import { expect } from 'chai';
import { DataSource, Table, TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { lintDataSource } from '../../src/lint/lint.js';
import { parseSettings } from '../../src/settings.js';
import { onDatabase } from '../support/databases.js';
import { handWritten, isPostgres } from '../support/hand-written.js';
import { postgresServer } from '../support/servers.js';
import { rowsOf } from '../support/cli-database.js';

type Body = (queryRunner: QueryRunner) => Promise<unknown>;
type Class = new () => MigrationInterface;

const id = (number: number) => `Step170000000${number}000`;
const step = (number: number, up: Body, down?: Body): Class => handWritten(id(number), up, down);

const newPegs = () =>
  new Table({
    name: 'pegs',
    columns: [
      { name: 'id', type: 'bigint', isPrimary: true },
      { name: 'hue', type: 'varchar', isNullable: true },
    ],
  });
const MAKE = step(
  1,
  (queryRunner) => queryRunner.createTable(newPegs()),
  (queryRunner) => queryRunner.dropTable('pegs'),
);
const ADD = step(
  2,
  (queryRunner) => queryRunner.addColumn('pegs', new TableColumn({ name: 'size', type: 'integer' })),
  (queryRunner) => queryRunner.dropColumn('pegs', 'size'),
);

const settings = () => ({ scratch: postgresServer() });

onDatabase('postgres', 'A class that reads the database', (database) => {
  const { user, password } = { user: () => postgresServer().user, password: () => postgresServer().password };
  const sourceOf = (...migrations: readonly Class[]) => {
    const { host, port, database: name } = postgresServer();
    const options = { type: 'postgres', host, port, database: name, synchronize: true } as const;
    return new DataSource({
      ...{ ...options, username: user() ?? '', password: password() ?? '' },
      migrations: [...migrations],
    });
  };
  const linted = (...migrations: readonly Class[]) => lintDataSource(sourceOf(...migrations), { settings });

  it("A class that reads the database is linted by what TypeORM's methods send on a scratch database", async () => {
    const { findings, revisions, unlinted, notes } = await linted(MAKE, ADD);
    expect(
      findings.map(({ rule, revision, statement, of }) => [rule, revision, statement, of]),
    ).to.deep.equal([['add-column-required', id(2), 1, 1]]);
    expect({ revisions, unlinted, notes }).to.deep.equal({ revisions: 2, unlinted: [], notes: [] });
  });

  it('A class that reads the database is never run on that of the DataSource', async () => {
    const tables = `SELECT count(*)::integer AS number FROM pg_class WHERE relname IN ('pegs', 'migrations')`;
    const scratch = `SELECT count(*)::integer AS number FROM pg_database WHERE datname LIKE 'scratch\\_%'`;
    const connected = await database().connect({ entities: [], migrations: [MAKE, ADD] });
    const before = await rowsOf(database(), scratch);
    const { revisions } = await lintDataSource(connected, { settings });
    expect(revisions).to.equal(2);
    expect(await rowsOf(database(), tables)).to.deep.equal([{ number: 0 }]);
    expect(await rowsOf(database(), scratch)).to.deep.equal(before);
  });

  it('A class that asks for the schema is linted by the branch that it takes, up and down', async () => {
    const drop: Body = async (queryRunner) => {
      if (await queryRunner.hasColumn('pegs', 'size')) await queryRunner.query('ALTER TABLE pegs DROP size');
      else await queryRunner.query('DROP TABLE pegs');
    };
    const add: Body = async (queryRunner) => {
      if (await queryRunner.hasColumn('pegs', 'size')) await queryRunner.query('DROP TABLE pegs');
      else await queryRunner.query('ALTER TABLE pegs ADD size integer NOT NULL');
    };
    const { findings, unlinted } = await linted(MAKE, ADD, step(3, drop, add));
    expect(findings.filter(({ revision }) => revision === id(3)).map(({ rule }) => rule)).to.deep.equal([
      'drop-column',
      'add-column-required',
    ]);
    expect(unlinted).to.deep.equal([]);
  });

  it('A class whose statements depend on rows is named, and what it sends is linted', async () => {
    const report = await linted(
      MAKE,
      step(2, async (queryRunner) => {
        const rows = (await queryRunner.query('SELECT "id" FROM "pegs"')) as readonly unknown[];
        await queryRunner.query(rows.length > 0 ? 'SELECT 1' : 'TRUNCATE "pegs" CASCADE');
      }),
    );
    expect(report.findings.map(({ rule }) => rule)).to.deep.equal(['truncate-cascade']);
    expect(report.revisions).to.equal(1);
    expect(report.unlinted).to.deep.equal([
      {
        revision: id(2),
        direction: 'up',
        reason: 'its statements depend on rows that it reads: SELECT "id" FROM "pegs"',
      },
    ]);
  });

  it('A class that uses another connection is run on the scratch database, and named', async () => {
    const other = step(2, ({ connection }) => connection.query('ALTER TABLE pegs ADD size integer'));
    const later = step(3, async (queryRunner) => {
      if (await queryRunner.hasColumn('pegs', 'size'))
        await queryRunner.query('ALTER TABLE pegs DROP COLUMN size');
    });
    const report = await linted(MAKE, other, later);
    expect(report.findings.map(({ rule, revision }) => ({ rule, revision }))).to.deep.equal([
      { rule: 'drop-column', revision: id(3) },
      { rule: 'down-does-not-undo', revision: id(3) },
    ]);
    const reason = 'it uses another connection';
    expect(report.unlinted).to.deep.equal([{ revision: id(2), direction: 'up', reason }]);
  });

  it('A class that reaches another DataSource on a scratch database is named, and writes nothing there', async () => {
    const app = await database().connect({ entities: [], migrations: [] });
    await app.query('CREATE TABLE pegs (id integer)');
    const imports = step(2, () => app.query('INSERT INTO pegs (id) VALUES (1)'));
    const { unlinted } = await linted(MAKE, imports);
    const reason = 'it fails on a scratch database: it requires another DataSource';
    expect(unlinted).to.deep.equal([{ revision: id(2), direction: 'up', reason }]);
    expect(await rowsOf(database(), 'SELECT id FROM pegs')).to.deep.equal([]);
  });

  it('A class that fails on a scratch database is named, and those after it are linted without its changes', async () => {
    const report = await linted(
      MAKE,
      step(2, async (queryRunner) => {
        await queryRunner.addColumn('pegs', new TableColumn({ name: 'size', type: 'integer' }));
        await queryRunner.query('SELECT * FROM "nowhere"');
      }),
      step(3, (queryRunner) => queryRunner.dropColumn('pegs', 'hue')),
    );
    expect(report.unlinted).to.deep.equal([
      {
        revision: id(2),
        direction: 'up',
        reason: 'it fails on a scratch database: relation "nowhere" does not exist',
      },
    ]);
    expect(report.notes).to.deep.equal([
      {
        revision: id(2),
        message:
          'fails on a scratch database: relation "nowhere" does not exist. Classes that read the database were recorded without what it changes',
      },
    ]);
    expect(report.findings.map(({ rule, revision }) => [rule, revision])).to.deep.equal([
      ['drop-column', id(3)],
      ['down-does-not-undo', id(3)],
    ]);
  });

  it('A way down that ends its transaction is not run on a scratch database', async () => {
    const { unlinted } = await linted(
      MAKE,
      step(2, sendNothing, async (queryRunner) => {
        await queryRunner.hasTable('pegs');
        await queryRunner.query('COMMIT');
      }),
    );
    expect(unlinted).to.deep.equal([
      {
        revision: id(2),
        direction: 'down',
        reason: 'it fails on a scratch database: it ends the transaction that it runs in',
      },
    ]);
  });

  it('A class may release its query runner and end the transaction of its up', async () => {
    const { unlinted, notes } = await linted(
      MAKE,
      step(2, async (queryRunner) => {
        await queryRunner.hasTable('pegs');
        await queryRunner.commitTransaction();
        await queryRunner.query('CREATE INDEX CONCURRENTLY "ix_pegs" ON "pegs" ("hue")');
        await queryRunner.release();
      }),
      step(3, (queryRunner) => queryRunner.dropColumn('pegs', 'hue')),
    );
    expect({ unlinted, notes }).to.deep.equal({ unlinted: [], notes: [] });
  });

  it('A class is recorded for both databases of a project that has both', async () => {
    const column = new TableColumn({ name: 'size', type: 'integer', isNullable: true });
    const linting = (isMeant: (queryRunner: QueryRunner) => boolean) => {
      const add: Body = async (queryRunner) =>
        isMeant(queryRunner) && queryRunner.addColumn('pegs', column.clone());
      const drop: Body = async (queryRunner) =>
        isMeant(queryRunner) && queryRunner.dropColumn('pegs', 'size');
      const contents = {
        entities: [],
        migrations: [MAKE, step(2, add, drop)],
        logger: new LineLogger('error', () => undefined),
      };
      const source = createDataSource(parseSettings({ DATABASE_URL: 'sqlite:./nowhere.db' }), contents);
      return lintDataSource(source, { settings });
    };
    const both = await linting(() => true);
    expect(both).to.deep.equal({ findings: [], notes: [], revisions: 2, unlinted: [] });
    const { findings } = await linting(isPostgres);
    expect(findings.map(({ rule, direction }) => `${rule} ${direction}`)).to.deep.equal([
      'dialects-differ up',
      'dialects-differ down',
    ]);
  });

  it('A class that reads the database needs the server that is named for scratch databases', async () => {
    const nowhere = { ...postgresServer(), host: '127.0.0.1', port: 1 };
    const failing = lintDataSource(sourceOf(MAKE, ADD), { settings: () => ({ scratch: nowhere }) });
    expect(await failing.catch((error: unknown) => error)).to.include({ code: 'SCRATCH_DATABASE' });
    const without = await lintDataSource(sourceOf(MAKE, ADD));
    expect(without.unlinted.map(({ revision, direction }) => `${revision} ${direction}`)).to.deep.equal([
      `${id(1)} down`,
      `${id(2)} up`,
      `${id(2)} down`,
    ]);
  });
});

function sendNothing(): Promise<void> {
  return Promise.resolve();
}
