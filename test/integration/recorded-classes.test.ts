import { expect } from 'chai';
import { BaseEntity, Column, DataSource, Entity, PrimaryColumn, type QueryRunner } from 'typeorm';
import { planJson } from '../../src/cli/plan-lines.js';
import { accessOf } from '../../src/migrator/access.js';
import { planMigration } from '../../src/migrator/migrate.js';
import { writeScript } from '../../src/migrator/offline.js';
import { eachDatabase } from '../support/databases.js';
import { handWritten } from '../support/hand-written.js';

@Entity({ name: 'notes' })
class Note extends BaseEntity {
  @PrimaryColumn('integer')
  id!: number;

  @Column('text')
  words!: string;
}

type Way = (queryRunner: QueryRunner, own: () => DataSource) => Promise<unknown>;

const INSERT = `INSERT INTO notes (id, words) VALUES (2, 'more')`;
const more = { id: 2, words: 'more' };

interface Sending {
  query(sql: string): Promise<unknown>;
}

/** What a driver keeps for itself. */
interface Connections {
  master?: Sending;
  databaseConnection?: { exec(sql: string): unknown };
}

async function throughOwnRunner(source: { createQueryRunner(mode: 'master'): QueryRunner }): Promise<void> {
  const runner = source.createQueryRunner('master');
  await runner.query(INSERT);
  await runner.release();
}

/** Each would write a row, or remove the one that is there. */
const WAYS: Record<string, Way> = {
  Query: ({ connection }) => connection.query(INSERT),
  Clear: ({ connection }) => connection.getRepository(Note).clear(),
  Save: ({ connection }) => connection.getRepository(Note).save(more),
  Insert: ({ connection }) => connection.manager.insert(Note, more),
  Builder: ({ connection }) => connection.createQueryBuilder().delete().from(Note).execute(),
  Transaction: ({ connection }) => connection.transaction((manager) => manager.query(INSERT)),
  Runner: ({ connection }) => throughOwnRunner(connection),
  OfManager: ({ manager }) => manager.connection.query(INSERT),
  OfDriver: ({ connection }) => throughOwnRunner(connection.driver),
  Driver: ({ connection }) => {
    const { master, databaseConnection } = connection.driver as Connections;
    return Promise.resolve(master?.query(INSERT) ?? databaseConnection?.exec(INSERT));
  },
  Metadata: ({ connection }) => connection.getMetadata(Note).connection.query(INSERT),
  Record: () => Object.assign(new Note(), more).save(),
  Imported: (_runner, own) => own().query(INSERT),
  ImportedRecords: (_runner, own) => own().getRepository(Note).clear(),
  Opened: async ({ connection }) => {
    const opened = new DataSource(connection.options);
    await opened.initialize();
    await opened.query(INSERT).finally(() => opened.destroy());
  },
  Caught: async ({ connection }) => {
    await connection.query(INSERT).catch(() => undefined);
  },
};

const MAKE = handWritten('Make1800000000001', async (queryRunner) => {
  await queryRunner.query('CREATE TABLE notes (id integer NOT NULL PRIMARY KEY, words text NOT NULL)');
  await queryRunner.query(`INSERT INTO notes (id, words) VALUES (1, 'keep')`);
});

eachDatabase('A class that reaches for the DataSource', (database) => {
  let own: DataSource;
  const names = Object.keys(WAYS).map((name, index) => `${name}${1800000001000 + index}`);
  const classes = Object.values(WAYS).map((way, index) => {
    const body = (queryRunner: QueryRunner) => way(queryRunner, () => own);
    return handWritten(names[index] ?? '', body, body);
  });
  const rows = () => own.query('SELECT id, words FROM notes');
  const KEPT = [{ id: 1, words: 'keep' }];

  beforeEach(async () => {
    await database().connectAtHead({ entities: [], migrations: [MAKE] });
    own = await database().connect({ entities: [Note], migrations: [MAKE, ...classes] });
    Note.useDataSource(own);
  });

  it('A class that reaches for the DataSource writes nothing while a plan is made', async () => {
    const plan = await planMigration(own, 'up');
    const { steps } = await planJson(accessOf(own), 'up', plan);
    expect(steps.map(({ id, statements }) => ({ id, statements }))).to.deep.equal(
      names.map((id) => ({ id, statements: null })),
    );
    expect(await rows()).to.deep.equal(KEPT);
  });

  it('A class that reaches for the DataSource is refused by a script, which writes nothing either', async () => {
    for (const id of names) {
      const before = names[names.indexOf(id) - 1] ?? 'Make1800000000001';
      const script = writeScript(own, { direction: 'up', target: `${before}..${id}` });
      const error: unknown = await script.then(
        () => 'a script',
        (thrown: unknown) => thrown,
      );
      expect(String(error)).to.contain(
        `${id}: written by hand, and its up cannot be recorded without a database: it requires a connection.`,
      );
    }
    expect(await rows()).to.deep.equal(KEPT);
  });

  it('A class that reaches for the DataSource reaches it when it runs, and others reach it during a plan', async () => {
    const reading = handWritten('Slow1800000002000', async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    const slow = await database().connect({ entities: [Note], migrations: [MAKE, reading] });
    const plan = planMigration(slow, 'up').then((steps) => planJson(accessOf(slow), 'up', steps));
    const [{ steps }] = await Promise.all([plan, slow.query(INSERT)]);
    expect(steps).to.have.lengthOf(1);
    expect(await rows()).to.deep.equal([...KEPT, more]);
  });
});
