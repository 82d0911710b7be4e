import { expect } from 'chai';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { LineLogger } from '../../src/logger.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { parseSettings } from '../../src/settings.js';
import { withPrimary } from '../../src/with-primary.js';
import { withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { postgresServer, urlOf } from '../support/servers.js';
import {
  followed,
  promote,
  startFollower,
  startReplicatedPair,
  type ReplicatedPair,
} from '../support/standby.js';
import { until } from '../support/until.js';

@Entity('gauges')
class Gauge {
  @PrimaryColumn('integer')
  id!: number;
}

/** The port of the server that reads it. */
@Entity('places')
class Place {
  @PrimaryColumn('integer')
  id!: number;
  @Column('integer')
  port!: number;
}

const GAUGES = revision(
  'MakeGauges1800000000371',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY)',
    'CREATE VIEW places AS SELECT 1 AS id, inet_server_port() AS port',
  ],
  [],
);

describe('DATABASE_REPLICA_URLS', function () {
  this.timeout(60_000);
  let pair: ReplicatedPair;
  let opened: GuardedDataSource | undefined;
  before(async () => {
    pair = await startReplicatedPair();
    await withSource([], (dataSource) => migrateUp(dataSource));
    await until(
      async () =>
        (await rowsOf(pair.standby, `SELECT to_regclass('places') AS place`))[0]?.['place'] !== null,
    );
  });
  after(() => pair.stop());
  afterEach(async () => {
    await rowsOf(pair.standby, 'SELECT pg_wal_replay_resume() WHERE pg_is_in_recovery()');
    if (opened?.isInitialized) await opened.destroy();
  });

  const rowsOf = (target: PostgresTarget, sql: string) =>
    withClient(target, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  const source = (replicas: readonly PostgresTarget[], primary = pair.primary) =>
    sourceOf(urlOf(primary), replicas);
  const sourceOf = (url: string, replicas: readonly PostgresTarget[]) => {
    const urls = replicas.map(urlOf).join(', ');
    const env = { DATABASE_URL: url, DATABASE_REPLICA_URLS: urls, DB_POOL_SIZE: '2' };
    return createDataSource(parseSettings(env), {
      entities: [Gauge, Place],
      migrations: [GAUGES],
      logger: new LineLogger('error', () => undefined),
    });
  };
  async function withSource<T>(
    replicas: readonly PostgresTarget[],
    use: (dataSource: GuardedDataSource) => Promise<T>,
  ): Promise<T> {
    opened = await source(replicas).initialize();
    try {
      return await use(opened);
    } finally {
      await opened.destroy();
    }
  }
  const portOf = async (dataSource: GuardedDataSource) =>
    (await dataSource.manager.findOneByOrFail(Place, { id: 1 })).port;

  it('DATABASE_REPLICA_URLS lets TypeORM read on a replica and write on the primary, and withPrimary reads there', () =>
    withSource([pair.standby], async (dataSource) => {
      await rowsOf(pair.standby, 'SELECT pg_wal_replay_pause()');
      await dataSource.manager.insert(Gauge, { id: 1 });
      expect(await portOf(dataSource)).to.equal(pair.standby.port);
      expect(await dataSource.manager.countBy(Gauge, { id: 1 })).to.equal(0);
      expect(await withPrimary(dataSource, (manager) => manager.countBy(Gauge, { id: 1 }))).to.equal(1);
      expect(await dataSource.manager.transaction((manager) => manager.countBy(Gauge, { id: 1 }))).to.equal(
        1,
      );
      expect(await migrateUp(dataSource)).to.deep.include({ done: [] });
    }));

  it('DATABASE_REPLICA_URLS leads elsewhere while a replica cannot be reached', async () => {
    const absent = { ...pair.primary, port: await freePort() };
    await withSource([absent], async (dataSource) =>
      expect(await portOf(dataSource)).to.equal(pair.primary.port),
    );
    await withSource([absent, pair.standby], async (dataSource) => {
      const ports = new Set<number>();
      for (let read = 0; read < 10; read += 1) ports.add(await portOf(dataSource));
      expect([...ports]).to.deep.equal([pair.standby.port]);
    });
  });

  it('DATABASE_REPLICA_URLS of another database or another server is refused, with both named', async () => {
    await rowsOf(pair.primary, 'CREATE DATABASE other');
    const other = { ...pair.primary, database: 'other' };
    for (const wrong of [other, postgresServer()]) {
      const error: unknown = await source([wrong])
        .initialize()
        .catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'REPLICA_DIFFERS');
      expect(String(error)).to.equal(
        `ReplicaDiffersError: DATABASE_REPLICA_URLS: ${wrong.host}:${wrong.port} (${shown(wrong)}) has no copy of the database of ${shown(pair.primary)}: ` +
          'it does not stream from that primary, it has no subscription to it, or it is another database of it. ' +
          'Nothing was read. Set DATABASE_REPLICA_URLS to replicas of that database.',
      );
    }
  });

  it('DATABASE_REPLICA_URLS leads writes and withPrimary to the primary of several servers, whatever target_session_attrs is', async () => {
    const { primary, standby } = pair;
    const list = urlOf(primary).replace(`:${primary.port}`, `:${standby.port},127.0.0.1:${primary.port}`);
    for (const attributes of ['any', 'prefer-standby', 'standby']) {
      const url = `${list}?target_session_attrs=${attributes}`;
      opened = await sourceOf(url, [standby]).initialize();
      const ports = [
        await withPrimary(opened, (manager) => manager.findOneByOrFail(Place, { id: 1 })),
        await opened.transaction((manager) => manager.findOneByOrFail(Place, { id: 1 })),
      ].map(({ port }) => port);
      expect(ports, attributes).to.deep.equal([primary.port, primary.port]);
      await opened.manager.save(opened.manager.create(Gauge, { id: 1000 + attributes.length }));
      expect(await portOf(opened), attributes).to.equal(standby.port);
      await opened.destroy();
    }
  });

  it('DATABASE_REPLICA_URLS with a standby as DATABASE_URL is refused before anything is read', async () => {
    const refused = sourceOf(urlOf(pair.standby), [pair.primary]);
    const error: unknown = await refused.initialize().catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'WRITES_ON_STANDBY');
    expect(String(error)).to.include(`DATABASE_URL (${shown(pair.standby)}) leads to a standby.`);
    expect(refused.isInitialized).to.equal(false);
  });

  it('DATABASE_REPLICA_URLS of a promoted standby, or of one that follows it, is refused while the old primary is in use', async () => {
    const apart = await startReplicatedPair();
    const { primary, standby } = apart;
    const follower = await startFollower(primary);
    const failureOf = async (replicas: readonly PostgresTarget[], of = primary) => {
      const dataSource = source(replicas, of);
      const error: unknown = await dataSource.initialize().catch((reason: unknown) => reason);
      if (dataSource.isInitialized) await dataSource.destroy();
      return error === dataSource ? undefined : String(error);
    };
    try {
      expect(await failureOf([primary, standby, follower.target])).to.equal(undefined);
      await rowsOf(follower.target, `ALTER SYSTEM SET primary_conninfo = '${followed(standby)}'`);
      await rowsOf(follower.target, 'SELECT pg_reload_conf()');
      await promote(standby);
      await rowsOf(standby, 'CREATE TABLE later (id integer)');
      await until(
        async () =>
          (await rowsOf(follower.target, `SELECT to_regclass('later') AS place`))[0]?.['place'] !== null,
      );
      expect(await failureOf([standby, follower.target], standby)).to.equal(undefined);
      const remedy =
        'Nothing was read. Set DATABASE_URL to the right primary, and DATABASE_REPLICA_URLS to its standbys. ' +
        'End the other primary or make it a standby.';
      const named = (target: PostgresTarget) =>
        `ReplicaDiffersError: DATABASE_REPLICA_URLS: ${target.host}:${target.port} (${shown(target)})`;
      expect(await failureOf([standby])).to.equal(
        `${named(standby)} is a primary itself, apart from the server of ${shown(primary)}. Each accepts writes that the other one lacks. ${remedy}`,
      );
      expect(await failureOf([primary, follower.target])).to.equal(
        `${named(follower.target)} follows a primary that was promoted after the server of ${shown(primary)}. It lacks the writes of that server. ${remedy}`,
      );
    } finally {
      await follower.stop();
      await apart.stop();
    }
  });

  const shown = (target: PostgresTarget) =>
    urlOf({ ...target, ...(target.password ? { password: '***' } : {}) }).replace('%2A%2A%2A', '***');
});
