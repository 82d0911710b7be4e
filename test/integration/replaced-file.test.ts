import { expect } from 'chai';
import { copyFile, rename, rm } from 'node:fs/promises';
import type { QueryRunner } from 'typeorm';
import type { SqliteTarget } from '../../src/database-url.js';
import { DatabaseReplacedError } from '../../src/errors/server.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, holdingLock, only } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision('MakeGauges1800000000461', ['CREATE TABLE gauges (id integer)'], []);
const DIALS = revision('MakeDials1800000000462', ['CREATE TABLE dials (id integer)'], []);

onDatabase('sqlite', 'A file that is replaced by a copy (SQLite)', (database) => {
  const path = () => (database().target as SqliteTarget).path;
  const restore = async () => {
    await copyFile(`${path()}.backup`, `${path()}.restored`);
    await rename(`${path()}.restored`, path());
    for (const log of ['wal', 'shm']) await rm(`${path()}-${log}`, { force: true });
  };
  beforeEach(async () => {
    const dataSource = await database().connectAtHead(only(GAUGES));
    await dataSource.destroy();
    await copyFile(path(), `${path()}.backup`);
  });

  const pending = async () => {
    const dataSource = await database().connect(only(GAUGES, DIALS));
    return (await readStatus(dataSource)).pending;
  };

  it('A file that is replaced by a copy while a process waits for the lock gets no revision recorded elsewhere', async () => {
    const dataSource = await database().connect(only(GAUGES, DIALS));
    let running: Promise<unknown> | undefined;
    await holdingLock(database(), async () => {
      const waiting = new Promise<void>((resolve) => {
        running = migrateUp(dataSource, {
          lockWaitMs: 20_000,
          onEvent: ({ kind }) => kind === 'waiting' && resolve(),
        });
        running.catch(() => undefined);
      });
      await waiting;
      await restore();
    });
    await expectFailure(
      running ?? Promise.resolve(),
      DatabaseReplacedError,
      `Another file was moved to ${path()} while this process waited for the migration lock. Nothing was changed. Run the command again.`,
    );
    await dataSource.destroy();
    expect(await pending()).to.deep.equal(['MakeDials1800000000462']);
  });

  it('A file that is replaced by a copy while a revision runs is named, and is not reported as migrated', async () => {
    const replacing = handWritten('MakeDials1800000000462', async (queryRunner: QueryRunner) => {
      await queryRunner.query('CREATE TABLE dials (id integer)');
      await restore();
    });
    const dataSource = await database().connect(only(GAUGES, replacing));
    const error: unknown = await migrateUp(dataSource).catch((reason: unknown) => reason);
    await dataSource.destroy().catch(() => undefined);
    expect(error).to.be.instanceOf(DatabaseReplacedError);
    expect(error).to.have.property('message').that.contains('they are in the former file');
    expect(await pending()).to.deep.equal(['MakeDials1800000000462']);
  });
});
