import { expect } from 'chai';
import type { MigrationInterface } from 'typeorm';
import { IN_SYNC } from '../integration/drift/no-false-alarm-database.js';
import {
  catalogOf,
  events,
  lendBecoming,
  MONTHLY,
  undivided,
  WHERE,
  type Becoming,
} from '../support/becoming-parted.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { sendTo, startDebianPostgres, type DebianPostgres } from '../support/debian-postgres.js';
import { runOffline } from '../support/offline-run.js';
import { urlOf } from '../support/servers.js';

const ROWS = 'SELECT id, at, kind, worker_id FROM event ORDER BY id';
/** A row that is behind the bound, and one before it. */
const LATER = `INSERT INTO event (at, kind) VALUES (date_trunc('month', now()) + interval '3 months', 'later'), (now(), 'now')`;

describe('A plain table becomes partitioned on PostgreSQL 15', () => {
  let server: DebianPostgres;
  let made = 0;
  before(async () => {
    server = await startDebianPostgres('postgis', 'postgresql-15-postgis-3');
  });
  after(() => server.stop());
  beforeEach(() => sendTo(server.target, [`CREATE DATABASE divided_${(made += 1)}`]));

  const database = () => ({
    dialect: 'postgres' as const,
    target: { ...server.target, database: `divided_${made}` },
  });
  const lend = (use: (becoming: Becoming) => Promise<void>) =>
    lendBecoming(database(), use, { scratchUrl: urlOf(server.target) });

  it('Its rows are the first partition, later ones have their own, and down brings all back', () =>
    lend(async (becoming) => {
      const { history, report } = becoming;
      const catalog = await catalogOf(becoming, database());
      expect(report.warnings).to.deep.equal([]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 908 }]);
      await execute(database(), [LATER]);
      expect((await rowsOf(database(), WHERE)).map(({ count }) => count)).to.deep.equal([909, 1]);
      const rows = await rowsOf(database(), ROWS);
      await undivided(becoming, database());
      expect(await catalogOf(becoming, database())).to.deep.equal(catalog);
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      await history.reverted(database());
    }));

  it('An offline script does the same with psql, up and down', () =>
    lend(async (becoming) => {
      const { history, before } = becoming;
      const catalog = await catalogOf(becoming, database());
      const contents = await history.use(database(), events(MONTHLY), ({ migrations }) =>
        Promise.resolve({
          entities: [],
          migrations: migrations.map((one) => one.constructor as new () => MigrationInterface),
        }),
      );
      const from = contents.migrations[before - 1]?.name ?? 'base';
      await runOffline(database(), contents, { direction: 'up', target: `${from}..head` });
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      await execute(database(), [LATER]);
      const rows = await rowsOf(database(), ROWS);
      await runOffline(database(), contents, { direction: 'down', target: `head..${from}` });
      expect(await catalogOf(becoming, database())).to.deep.equal(catalog);
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
    }));
});
