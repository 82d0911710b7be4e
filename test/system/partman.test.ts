import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { keepPartitions } from '../../src/partitions/keep-partitions.js';
import { readPartitions } from '../../src/partitions/read-partitions.js';
import { IN_SYNC, type Rest } from '../integration/drift/no-false-alarm-database.js';
import { History } from '../integration/generate/history.js';
import { sendTo, startDebianPostgres, type DebianPostgres } from '../support/debian-postgres.js';
import { month } from '../support/kept-world.js';
import { LOOSE, treeOf } from '../support/parted-history.js';
import { partitionedEntity } from '../support/partitioned-entity.js';
import { urlOf } from '../support/servers.js';

const SET_UP = ['CREATE SCHEMA partman', 'CREATE EXTENSION pg_partman SCHEMA partman'];

/** As a team writes it that has pg_partman: a year back, three months ahead. */
const KEPT_BY_PARTMAN = [
  `CREATE TABLE "event" ("id" bigint NOT NULL, "at" timestamptz NOT NULL, "kind" text,
    CONSTRAINT "pk" PRIMARY KEY ("id", "at")) PARTITION BY RANGE ("at")`,
  `SELECT partman.create_parent('public.event', 'at', 'native', 'monthly', p_premake := 3, p_start_partition := '${month(-12)}-01')`,
];

/** The same in an entity, which would drop what is older than 90 days. */
function event(rest: Rest = {}): EntitySchema {
  return partitionedEntity(
    'event',
    { by: 'at', strategy: 'range', every: '1 month', ahead: 5, keep: '90 days' },
    {
      columns: {
        id: { type: 'bigint', primary: true, primaryKeyConstraintName: 'pk' },
        at: { type: 'timestamptz', primary: true, primaryKeyConstraintName: 'pk' },
        kind: { type: 'text', nullable: true },
      },
      ...rest,
    },
  );
}

const INDEXED = event({ indices: [{ name: 'ix_kind', columns: ['kind'] }] });
/** pg_partman gives each of its tables a default partition. */
const FOUND = { ...IN_SYNC, unmanaged: ['table-option event.DEFAULT PARTITION'] };
const PARTS = `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'event'::regclass ORDER BY 1`;
const ROWS = `INSERT INTO event (id, at, kind)
  SELECT n, date_trunc('month', now()) - (n % 12) * interval '1 month', n % 7 FROM generate_series(1, 1200) n`;

describe('A table of pg_partman', () => {
  let server: DebianPostgres;
  let folder: string;

  before(async () => {
    server = await startDebianPostgres('pg_partman', 'postgresql-15-partman');
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-partman-'));
    await writeFile(join(folder, 'setup.sql'), `${SET_UP.join(';\n')};\n`);
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const query = (database: string, ...statements: readonly string[]) =>
    sendTo({ ...server.target, database }, statements);

  /** A history whose table pg_partman keeps, in a database with rows in its partitions. */
  async function withKept(
    name: string,
    use: (history: History, scratch: { scratchUrl: string; scratchSetup: string }) => Promise<void>,
  ): Promise<void> {
    await query('postgres', `CREATE DATABASE ${name}`);
    await query(name, ...SET_UP);
    await History.lend('postgres', async (history) => {
      history.byHand(KEPT_BY_PARTMAN, ['DROP TABLE "event"']);
      await use(history, { scratchUrl: urlOf(server.target), scratchSetup: join(folder, 'setup.sql') });
    });
  }

  const place = (database: string) => ({
    dialect: 'postgres' as const,
    target: { ...server.target, database },
  });

  it('It is in sync with its entity, and partitions keep leaves it to pg_partman', () =>
    withKept('kept', async (history) => {
      expect(await history.checked(place('kept'), [event()])).to.deep.equal(FOUND);
      const before = await query('kept', ROWS, PARTS);
      expect(before.length).to.be.greaterThan(15);
      await history.use(place('kept'), [event()], async (dataSource) => {
        const { status, tables } = await keepPartitions(dataSource);
        expect([status, tables.map(({ table, leftTo }) => [table, leftTo])]).to.deep.equal([
          'kept',
          [['event', 'pg_partman']],
        ]);
        const [found] = await readPartitions(dataSource);
        expect(found).to.include({ table: 'event', leftTo: 'pg_partman' });
      });
      expect(await query('kept', PARTS)).to.deep.equal(before);
    }));

  it('An index of its entity is built on each partition, also on those that pg_partman makes later', () =>
    withKept('indexed', async (history, scratch) => {
      await history.checked(place('indexed'), []);
      const before = await query('indexed', ROWS, PARTS);
      const { revisions } = await history.generate([INDEXED], scratch);
      expect(revisions.map(({ transaction }) => transaction)).to.deep.equal([true, false]);
      expect(await history.checked(place('indexed'), [INDEXED])).to.deep.equal(FOUND);
      expect(await query('indexed', treeOf('ix_kind'))).to.deep.equal([
        { valid: true, count: before.length + 1 },
      ]);
      const more = await query(
        'indexed',
        `UPDATE partman.part_config SET premake = 6 WHERE parent_table = 'public.event'`,
        `SELECT partman.run_maintenance('public.event')`,
        PARTS,
      );
      expect(more.length).to.be.greaterThan(before.length);
      expect(await query('indexed', treeOf('ix_kind'))).to.deep.equal([
        { valid: true, count: more.length + 1 },
      ]);
      expect(await query('indexed', LOOSE)).to.deep.equal([]);
      expect(await history.checked(place('indexed'), [INDEXED])).to.deep.equal(FOUND);
    }));
});
