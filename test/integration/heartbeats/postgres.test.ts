import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../../src/database-url.js';
import { Heartbeat } from '../../../src/migrator/heartbeat.js';
import { beatsIn, connectBeating, GAUGES } from '../../support/beats.js';
import { onDatabase } from '../../support/databases.js';
import { withClient } from '../../support/failures.js';
import { keepingLogger } from '../../support/revisions.js';
import { startStandby } from '../../support/standby.js';
import { onTarget } from '../../support/failures.js';
import { until, untilLocked } from '../../support/until.js';

const OWN = { entities: [], migrations: [GAUGES] };
const FAST_MS = 20;

onDatabase('postgres', 'The heartbeat of a DataSource on PostgreSQL', (database) => {
  const admin = (...statements: readonly string[]) =>
    withClient(database().target, async (client) => {
      for (const sql of statements) await client.query(sql);
    });
  async function migrated() {
    const dataSource = await database().connect(OWN);
    await dataSource.runMigrations();
    return dataSource;
  }

  it('Each renewal is a HOT update, which changes no index', async () => {
    const dataSource = await migrated();
    const heartbeats = await Promise.all(Array.from({ length: 5 }, () => Heartbeat.begin(dataSource, 1)));
    const updates = async () => {
      const [row] = await dataSource.query<{ all: string; hot: string }[]>(
        `SELECT n_tup_upd AS "all", n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = 'migrations_heartbeat'`,
      );
      return { all: Number(row?.all), hot: Number(row?.hot) };
    };
    await until(async () => (await updates()).all >= 500);
    for (const heartbeat of heartbeats) await heartbeat.stop();
    const { all, hot } = await updates();
    expect(hot).to.equal(all);
  });

  it('A role without the rights is reported once with the GRANT, and has a heartbeat when it has them', async () => {
    await migrated();
    const role = `beats_${randomBytes(4).toString('hex')}`;
    const { password = '' } = database().target as PostgresTarget;
    await admin(
      `CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`,
      `GRANT SELECT, INSERT ON "migrations_heartbeat" TO "${role}"`,
    );
    const { logger, lines } = keepingLogger();
    try {
      const target = { ...(database().target as PostgresTarget), user: role };
      await onTarget(target, { contents: { ...OWN, logger } }, async (dataSource) => {
        const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
        await pause(5 * FAST_MS);
        expect(lines).to.deep.equal([
          `error: The role ${role} lacks UPDATE, DELETE on the table "migrations_heartbeat", so this process has no heartbeat, and contract revisions do not wait for it. Run: GRANT UPDATE, DELETE ON TABLE "migrations_heartbeat" TO ${role};`,
        ]);
        await admin(`GRANT UPDATE, DELETE ON TABLE "migrations_heartbeat" TO ${role};`);
        await until(async () => (await beatsIn(dataSource)).length === 1);
        await heartbeat.stop();
        expect(lines).to.have.length(1);
      });
    } finally {
      await admin(`DROP OWNED BY "${role}"`, `DROP ROLE "${role}"`);
    }
  });

  it('The first heartbeat waits while a contract revision holds the table', async () => {
    const seen = await migrated();
    await withClient(database().target, async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE "migrations_heartbeat" IN SHARE MODE');
      let isConnected = false;
      const connecting = connectBeating(database().target).finally(() => (isConnected = true));
      await untilLocked((sql) => seen.query(sql));
      expect(isConnected).to.equal(false);
      await client.query('COMMIT');
      const application = await connecting;
      expect(await beatsIn(seen)).to.have.length(1);
      await application.destroy();
    });
  });

  it('A heartbeat that waits for the table keeps its DataSource from ending for 2 s at most', async () => {
    const seen = await migrated();
    const dataSource = await database().connect(OWN);
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    await withClient(database().target, async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE "migrations_heartbeat" IN SHARE MODE');
      await untilLocked((sql) => seen.query(sql));
      const since = performance.now();
      await heartbeat.stop();
      await dataSource.destroy();
      expect(performance.now() - since).to.be.within(1900, 4000);
      await client.query('COMMIT');
    });
  });

  it('A failure is reported once, with its reason, and the application goes on', async () => {
    const seen = await migrated();
    await admin('ALTER TABLE "migrations_heartbeat" ADD CONSTRAINT "no_pid" CHECK ("pid" = 0) NOT VALID');
    const { logger, lines } = keepingLogger();
    const dataSource = await database().connect({ ...OWN, logger });
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    await pause(5 * FAST_MS);
    expect(lines).to.deep.equal([
      'error: The heartbeat of this process could not be written: new row for relation "migrations_heartbeat" violates check constraint "no_pid". It is tried again every 10 s. If that lasts, contract revisions do not wait for this process.',
    ]);
    await admin('ALTER TABLE "migrations_heartbeat" DROP CONSTRAINT "no_pid"');
    await until(async () => (await beatsIn(seen)).length === 1);
    await heartbeat.stop();
  });
});

describe('The heartbeat of a DataSource whose only server is a standby', () => {
  it('It writes nothing and reports nothing', async function () {
    this.timeout(60_000);
    const standby = await startStandby((target) =>
      onTarget(target, { contents: OWN }, (dataSource) => dataSource.runMigrations()).then(() => undefined),
    );
    const { logger, lines } = keepingLogger();
    try {
      await onTarget(standby.target, { contents: { ...OWN, logger } }, async (dataSource) => {
        const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
        await pause(5 * FAST_MS);
        expect(await beatsIn(dataSource)).to.deep.equal([]);
        await heartbeat.stop();
      });
      expect(lines).to.deep.equal([]);
    } finally {
      await standby.stop();
    }
  });
});
