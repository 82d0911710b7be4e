import { expect } from 'chai';
import { link, mkdir, rm, symlink } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource, type QueryRunner } from 'typeorm';
import { LockWaitError } from '../../src/errors/migration.js';
import { SqliteHardLinksError } from '../../src/errors/server.js';
import { lockKey } from '../../src/databases/postgres/lock/lock.js';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { guard } from '../../src/guard.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { toolName } from '../../src/package-version.js';
import type { ChainDatabase } from '../support/chain-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { expectFailure, holdingLock, only, recordsIn, runsIn } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { locksOf } from '../support/locks.js';
import { dataSourceFile, type Running, startProcess } from '../support/processes.js';
import { revision } from '../support/revisions.js';
import { until } from '../support/until.js';

const GAUGES = revision(
  'MakeGauges1800000000321',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY, reading integer NOT NULL)',
    'INSERT INTO gauges VALUES (1, 0)',
  ],
  ['DROP TABLE gauges'],
);
const { classid, objid } = lockKey('public.migrations');

/** Who holds the lock, as each database reports it, while this process does. */
const HOLDER = {
  postgres: new RegExp(
    `^"orchestrator-db ${hostname().slice(0, 30)} pid ${process.pid}", server process \\d+, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\S+$`,
  ),
  sqlite: new RegExp(
    `^${toolName()} of ${userInfo().username} on ${hostname()}, process ${process.pid}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`,
  ),
};

/** What to do about a holder, as each database reports it. */
function remedy({ target }: TestDatabase): string {
  return target.dialect === 'sqlite'
    ? `To look further: fuser -v '${target.path}.migrate-lock'.`
    : `To look further: SELECT a.* FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.classid = ${classid} AND l.objid = ${objid}; ` +
        'to end it: SELECT pg_terminate_backend(<pid>).';
}

const literally = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A revision that adds 1 to the reading and lasts until it is let go. */
function lastingRevision(): {
  readonly made: new () => {
    up(queryRunner: QueryRunner): Promise<void>;
    down(queryRunner: QueryRunner): Promise<void>;
  };
  readonly begun: Promise<void>;
  readonly letGo: () => void;
} {
  let begin: () => void = () => undefined;
  let letGo: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const made = handWritten('CountOn1800000000322', async (queryRunner) => {
    await queryRunner.query('UPDATE gauges SET reading = reading + 1');
    begin();
    await gone;
  });
  return { made, begun, letGo: () => letGo() };
}

eachDatabase('The migration lock', (database) => {
  const words = (waited: number, holder: string) =>
    new RegExp(
      `^Another process is migrating this database: ${holder}\\. Waited ${waited} s; nothing was changed\\. ` +
        `${literally(remedy(database()))} To wait longer: --lock-wait <seconds>$`,
    );

  it('The migration lock makes another one wait, which reports who holds it and does not run what was run meanwhile', async () => {
    const { made, begun, letGo } = lastingRevision();
    const settings = { poolSize: 1 };
    const holder = await database().connect(only(GAUGES, made), settings);
    const waiter = await database().connect(only(GAUGES, made), settings);
    const running = migrateUp(holder);
    await Promise.race([begun, running]);
    const told: { readonly holder: string; readonly waitedMs: number }[] = [];
    const waiting = migrateUp(waiter, {
      onEvent: (event) => {
        if (event.kind !== 'waiting') return;
        told.push(event);
        letGo();
      },
    });
    expect((await running).done.map(({ id }) => id)).to.deep.equal([
      'MakeGauges1800000000321',
      'CountOn1800000000322',
    ]);
    expect(await waiting).to.deep.equal({ direction: 'up', done: [], current: 'CountOn1800000000322' });
    expect(told[0]?.holder).to.match(HOLDER[database().dialect]);
    expect(told[0]?.waitedMs).to.be.at.least(3000);
    expect(await waiter.query('SELECT reading FROM gauges')).to.deep.equal([{ reading: 1 }]);
    expect(await runsIn(database())).to.have.length(1);
  });

  it('The migration lock ends the waiting at its limit, with who holds it and how to look further', async () => {
    const { made, begun, letGo } = lastingRevision();
    const running = migrateUp(await database().connect(only(GAUGES, made)));
    await Promise.race([begun, running]);
    const holder = HOLDER[database().dialect].source.slice(1, -1);
    const waiter = await database().connect(only(GAUGES, made), { poolSize: 1 });
    await expectFailure(migrateUp(waiter, { lockWaitMs: 0 }), LockWaitError, words(0, holder));
    await expectFailure(migrateUp(waiter, { lockWaitMs: 600 }), LockWaitError, words(1, holder));
    letGo();
    await running;
    expect(await recordsIn(database())).to.have.length(2);
  });

  it('The migration lock keeps out down as well, and reports of a holder that is none of ours', async () => {
    const dataSource = await database().connectAtHead(only(GAUGES));
    const holder =
      database().dialect === 'postgres'
        ? '"somebody else", server process \\d+, since [-: \\d]+ \\S+'
        : 'its name is not known yet';
    await holdingLock(database(), () =>
      expectFailure(migrateDown(dataSource, { lockWaitMs: 0 }), LockWaitError, words(0, holder)),
    );
    expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000321']);
    expect((await migrateDown(dataSource, { lockWaitMs: 0 })).current).to.equal(null);
  });

  it('The migration lock is not taken where there is nothing to do', async () => {
    const dataSource = await database().connectAtHead(only(GAUGES));
    const report = await holdingLock(database(), () => migrateUp(dataSource, { lockWaitMs: 0 }));
    expect(report.done).to.deep.equal([]);
  });

  it('The migration lock is free afterwards, whether the run succeeds or fails', async () => {
    const broken = revision('BreakHalfway1800000000322', ['SELECT no_such_column FROM gauges'], []);
    const dataSource = await database().connect(only(GAUGES, broken), { poolSize: 1 });
    for (let run = 1; run <= 2; run += 1) {
      await migrateUp(dataSource).catch(() => undefined);
      expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
    }
    expect((await migrateDown(dataSource, { lockWaitMs: 0 })).done).to.have.length(1);
  });

  it('The migration lock lets two processes that each take one step at once take one step in all', async () => {
    const command = {
      script: 'orchestrator-db' as const,
      args: ['up', '+1', ...dataSourceFile('chain-data-source')],
      env: { DATABASE_URL: database().url },
    };
    const isWaiting = (one: Running) =>
      Promise.resolve(/^waiting for another process that migrates, [34] s: \S/m.test(one.stderr));
    const processes = await holdingLock(database(), async () => {
      const started = [startProcess(command), startProcess(command)];
      for (const one of started) await until(() => isWaiting(one), one.ended);
      return started;
    });
    const ended = await Promise.all(processes.map((one) => one.ended));
    expect(ended.map(({ code }) => code)).to.deep.equal([0, 0]);
    expect(ended.map(({ stdout }) => stdout.trim().split('\n').at(-1)).sort()).to.deep.equal([
      'at CreateFamily1800000000101',
      'nothing to do, at CreateFamily1800000000101',
    ]);
    expect(await recordsIn(database())).to.deep.equal(['CreateFamily1800000000101']);
  });
});

onDatabase('sqlite', 'The migration lock of an SQLite file', (database) => {
  it('The migration lock of an SQLite file is the same by whichever link the file is called', async () => {
    const { path } = database().target as { readonly path: string };
    await database().connectAtHead(only(GAUGES));
    const link = `${path}.link`;
    await symlink(path, link);
    const settings = { database: { dialect: 'sqlite', path: link, shown: `sqlite:${link}` } as const };
    const { made } = lastingRevision();
    const dataSource = await database().connect(only(GAUGES, made), settings);
    await holdingLock(database(), () =>
      expectFailure(
        migrateUp(dataSource, { lockWaitMs: 0 }),
        LockWaitError,
        new RegExp(`fuser -v '${literally(path)}\\.migrate-lock'\\. To wait`),
      ),
    );
  });

  it('The migration lock of an SQLite file is the same by its path and by a URI, which status reads too', async () => {
    const { type } = chooseSqliteDriver();
    const folder = join(dirname((database().target as { readonly path: string }).path), 'a 100% #folder?');
    await mkdir(folder);
    const path = join(folder, 'app.db');
    const target = { dialect: 'sqlite', path, shown: `sqlite:${path}` } as const;
    await migrateUp(await database().connect(only(GAUGES), { database: target }));
    // better-sqlite3 has no URIs: https://github.com/WiseLibs/better-sqlite3/blob/master/docs/compilation.md
    const named =
      type === 'sqlite'
        ? { database: `${pathToFileURL(path).href}?cache=private`, flags: 0x46 }
        : { database: path };
    const { made } = lastingRevision();
    const other = guard(new DataSource({ ...named, type, entities: [], migrations: [GAUGES, made] }));
    await other.initialize();
    expect(await readStatus(other)).to.deep.include({ pending: ['CountOn1800000000322'] });
    await holdingLock({ target }, () =>
      expectFailure(
        migrateUp(other, { lockWaitMs: 0 }),
        LockWaitError,
        new RegExp(`fuser -v '${literally(path)}\\.migrate-lock'\\. To wait`),
      ),
    ).finally(() => other.destroy());
  });

  it('The migration lock of an SQLite file is refused by either name of a file that has two, and status works', async () => {
    const { path } = database().target as { readonly path: string };
    const first = await database().connectAtHead(only(GAUGES));
    await first.destroy();
    const other = join(dirname(path), 'elsewhere', 'other.db');
    await mkdir(dirname(other));
    await link(path, other);
    const settings = { database: { dialect: 'sqlite', path: other, shown: `sqlite:${other}` } as const };
    const words = (name: string) =>
      `The file ${name} has 2 names (hard links). Nothing was changed. SQLite names the journal after the name that a process opens. ` +
      'Processes that use different names migrate at the same time, and a crash damages the file. ' +
      `Find the other names: find / -xdev -samefile '${name}'. Keep one, and make copies with: sqlite3 '${name}' ".backup copy.db"`;
    // One after the other: SQLite itself fails where both are open, since each name has a log of its own.
    const second = await database().connect(only(GAUGES, lastingRevision().made), settings);
    await expectFailure(migrateUp(second), SqliteHardLinksError, words(other));
    expect((await readStatus(second)).pending).to.deep.equal(['CountOn1800000000322']);
    await second.destroy();
    await first.initialize();
    await expectFailure(migrateDown(first), SqliteHardLinksError, words(path));
    await expectFailure(stampAt(first, 'base'), SqliteHardLinksError, words(path));
    // With nothing to do, none of them takes the lock.
    expect((await migrateUp(first)).done).to.deep.equal([]);
    expect((await stampAt(first, 'head')).done).to.deep.equal([]);
    expect((await planMigration(first, 'down')).steps).to.have.length(1);
    await rm(other);
    expect((await migrateDown(first)).current).to.equal(null);
  });
});
