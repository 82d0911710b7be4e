import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import type { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/data-source.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { DatabaseModule } from '../../src/nest/database-module.js';
import { parseSettings } from '../../src/settings.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only } from '../support/failures.js';
import { keepingLogger, revision } from '../support/revisions.js';

const ID = 'TellTale1800000000221';
const raise = (level: string, words: string) => `DO $$ BEGIN RAISE ${level} '${words}'; END $$`;

const TELLS = revision(
  ID,
  [raise('NOTICE', 'first'), 'CREATE TABLE tales (id integer)', raise('WARNING', 'second')],
  [raise('NOTICE', 'back'), 'DROP TABLE tales'],
);
const FAILS = revision(ID, [raise('NOTICE', 'before'), 'SELECT no_such_column'], []);

onDatabase('postgres', 'Notices of the server in an application', (database) => {
  /** The words of each notice, in the order of all events. */
  function keeping() {
    const seen: string[] = [];
    const onEvent = (event: MigrationEvent) =>
      seen.push(event.kind === 'notice' ? `${event.severity} ${event.message}` : event.kind);
    return { seen, onEvent };
  }

  /** How many listeners the one connection of the pool has. */
  async function listenersOf(dataSource: DataSource): Promise<number> {
    const queryRunner = dataSource.createQueryRunner();
    try {
      return ((await queryRunner.connect()) as EventEmitter).listenerCount('notice');
    } finally {
      await queryRunner.release();
    }
  }

  it('onEvent receives the notices of each statement, in both directions', async () => {
    const dataSource = await database().connect(only(TELLS));
    const { seen, onEvent } = keeping();
    await migrateUp(dataSource, { onEvent });
    await migrateDown(dataSource, { onEvent });
    expect(seen).to.deep.equal([
      ...['started', 'statement', 'notice first', 'statement', 'statement', 'warning second', 'finished'],
      ...['started', 'statement', 'notice back', 'statement', 'finished'],
    ]);
  });

  it('onEvent does not receive that a generated revision found no constraint or index to drop', async () => {
    const sql = ['ALTER TABLE tales DROP CONSTRAINT IF EXISTS ck_tales', 'DROP INDEX IF EXISTS ix_tales'];
    const up = [raise('NOTICE', 'first'), 'CREATE TABLE tales (id integer)', ...sql];
    const byHand = revision(ID, up, ['DROP TABLE tales']);
    class Generated extends byHand {
      static readonly proof = 'as written';
    }
    Object.defineProperty(Generated, 'name', { value: ID });
    for (const [list, notices] of [
      [
        byHand,
        [
          'first',
          'constraint "ck_tales" of relation "tales" does not exist, skipping',
          'index "ix_tales" does not exist, skipping',
        ],
      ],
      [Generated, ['first']],
    ] as const) {
      const dataSource = await database().connect(only(list));
      const { seen, onEvent } = keeping();
      await migrateUp(dataSource, { onEvent });
      expect(seen.filter((one) => one.startsWith('notice '))).to.deep.equal(
        notices.map((words) => `notice ${words}`),
      );
      await migrateDown(dataSource);
    }
  });

  it('No listener remains on a connection after a run, whether it succeeds or fails', async () => {
    for (const list of [TELLS, FAILS]) {
      const dataSource = await database().connect(only(list), { poolSize: 1 });
      const before = await listenersOf(dataSource);
      await migrateUp(dataSource).catch(() => undefined);
      await migrateDown(dataSource, { target: 'base' });
      expect(await listenersOf(dataSource)).to.equal(before);
    }
  });

  it('onEvent receives the notices of a statement before another one fails', async () => {
    const { seen, onEvent } = keeping();
    await expectFailure(
      migrateUp(await database().connect(only(FAILS)), { onEvent }),
      RevisionFailedError,
      /no_such_column/,
    );
    expect(seen).to.deep.equal(['started', 'statement', 'notice before', 'statement']);
  });

  it('An onEvent that throws for a notice fails the revision, and the process continues', async () => {
    const dataSource = await database().connect(only(TELLS));
    const onEvent = ({ kind }: MigrationEvent) => {
      if (kind === 'notice') throw new Error('no room for a notice');
    };
    await expectFailure(migrateUp(dataSource, { onEvent }), RevisionFailedError, /no room for a notice/);
    expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([ID]);
  });

  it('A NestJS application that migrates at its start logs the notices', async () => {
    const { logger, lines } = keepingLogger();
    const settings = { ...parseSettings({}), database: database().target };
    const dataSource = createDataSource(settings, { entities: [], migrations: [TELLS], logger });
    const module = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ dataSource, onStart: 'migrate' })],
    })
      .setLogger({ log: () => undefined, warn: () => undefined, error: () => undefined })
      .compile();
    await (await module.init()).close();
    expect(lines).to.deep.equal([
      `info: ${ID}: notice: first`,
      `error: ${ID}: warning: second`,
      `Migration ${ID} has been executed successfully.`,
    ]);
  });
});
