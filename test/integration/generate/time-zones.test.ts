import { expect } from 'chai';
import type { DataSource, EntitySchemaColumnOptions } from 'typeorm';
import type { KnownTarget } from '../../../src/database-url.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { UsageError } from '../../../src/errors/base.js';
import { UnconfirmedChangesError } from '../../../src/errors/generate.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { lint } from '../../../src/lint/lint.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { writeScript } from '../../../src/migrator/offline.js';
import { newDatabase } from '../../support/chain-database.js';
import { runInShell } from '../../support/shells.js';
import { entity, type Rest } from '../drift/no-false-alarm-database.js';
import { dataSourceOn, generateBoth, type Entities, type History } from './property/run.js';

type Column = EntitySchemaColumnOptions;

const AT: Column = { type: 'timestamp', nullable: true };
const INSTANT: Column = { ...AT, type: 'timestamptz' };
const BY_ID = { indices: [{ name: 'ix_event_at', columns: ['at'] }] };

/** After the conversion in the same transaction: its default is an instant in UTC, as `check` reads it. */
const since = (value?: string): Column => ({
  ...INSTANT,
  ...(value === undefined ? {} : { default: value }),
});

function events(at: Column, zz: Column = since(), rest: Rest = {}): Entities {
  return [entity('event', { at, zz }, { tableName: 'event', ...rest })];
}

interface Change {
  readonly before: Entities;
  readonly after: Entities;
  readonly words?: Partial<ConfirmationOptions>;
}

function generated({ before, after, words = {} }: Change): Promise<History> {
  return generateBoth({ before, after, words: { ...NO_CONFIRMATIONS, ...words }, dialects: ['postgres'] });
}

/** Provides a database in New York at the first history, and the DataSource that migrates it. */
async function inNewYork(
  { after }: Change,
  { first, next }: History,
  use: (
    dataSource: DataSource,
    of: { readonly target: string; readonly place: KnownTarget },
  ) => Promise<void>,
): Promise<void> {
  const database = await newDatabase('postgres');
  const dataSource = dataSourceOn(database.target, after, [...first, ...next]);
  try {
    await dataSource.initialize();
    await dataSource.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''America/New_York''', current_database()); END $$`,
    );
    await dataSource.destroy();
    await dataSource.initialize();
    const target = first.at(-1)?.name ?? '';
    await migrateUp(dataSource, { target });
    await dataSource.query(
      `INSERT INTO event (id, at) VALUES (1, '2024-01-15 12:00'), (2, '2024-07-15 12:00')`,
    );
    await use(dataSource, { target, place: database.target });
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.remove();
  }
}

async function rulesFound({ first, next }: History): Promise<readonly string[]> {
  const revisions = [...first, ...next].map((revision) => new revision());
  const { findings } = await lint(revisions, { after: first.at(-1)?.name ?? '' });
  return findings.map(({ rule }) => rule);
}

async function one(dataSource: DataSource, sql: string): Promise<unknown> {
  const rows = await dataSource.query<readonly Readonly<Record<string, unknown>>[]>(sql);
  return Object.values(rows[0] ?? {})[0];
}

const FILE = `SELECT relfilenode::text FROM pg_class WHERE relname = 'event'`;
const VALUES = `SELECT string_agg(at::text, ', ' ORDER BY id) FROM event`;
const IN_UTC = `SELECT string_agg((at AT TIME ZONE 'UTC')::text, ', ' ORDER BY id) FROM event`;

async function refusal(change: Change): Promise<unknown> {
  try {
    await generated(change);
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
}

async function unconfirmed(change: Change): Promise<UnconfirmedChangesError> {
  const error = await refusal(change);
  if (error instanceof UnconfirmedChangesError) return error;
  throw error;
}

/** Constants of an instant and a day, where they are columns' defaults, in a check and in the predicate of an index. */
const DATED: Rest = {
  checks: [{ name: 'ck_event_since', expression: `"since" > '2000-01-01 00:00'` }],
  indices: [{ name: 'ix_event_since', columns: ['id'], where: `"since" > '2001-01-01 00:00'` }],
};

describe('A constant whose meaning depends on the session', function () {
  this.timeout(120_000);

  it('A constant keeps its meaning of the verification in every database, online and offline', async () => {
    const dated = entity(
      'event',
      { at: AT, zz: INSTANT, since: since('2024-06-01 12:00'), day: { type: 'date', default: '01/02/2024' } },
      { tableName: 'event', ...DATED },
    );
    const change = { before: events(AT), after: [dated] };
    const history = await generated(change);
    const defaults = `SELECT to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || to_char(day, ', YYYY-MM-DD') FROM event WHERE id = 1`;
    await inNewYork(change, history, async (dataSource) => {
      await dataSource.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET datestyle = ''SQL, DMY''', current_database()); END $$`,
      );
      await dataSource.destroy();
      await dataSource.initialize();
      await migrateUp(dataSource);
      expect(await one(dataSource, defaults)).to.equal('2024-06-01 12:00, 2024-01-02');
      expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    });
    await inNewYork(change, history, async (dataSource, { target, place }) => {
      const script = await writeScript(dataSource, { direction: 'up', target: `${target}..head` });
      expect(await runInShell(place, script)).to.include({ code: 0, stderr: '' });
      expect(await one(dataSource, defaults)).to.equal('2024-06-01 12:00, 2024-01-02');
      expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    });
  });
});

describe('A type that gains or loses a time zone', function () {
  this.timeout(120_000);
  const to = { before: events(AT), after: events(INSTANT) };

  it('A type that gains or loses a time zone requires --time-zone, also with --allow-rewrite', async () => {
    const error = await unconfirmed({ ...to, words: { allowRewrite: true } });
    expect(error.lines).to.deep.equal([
      'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.',
      'event.at: type timestamp without time zone becomes timestamp with time zone: the conversion depends on the time zone of its values, and none is specified. node-postgres writes a Date into a column without time zone in the local time of its process (TZ). Options: --time-zone event.at=UTC or --time-zone "event.at=<time zone>".',
    ]);
  });

  for (const [from, type] of [
    ['timestamptz', 'timestamp'],
    ['date', 'timestamptz'],
    ['timestamptz', 'date'],
    ['time', 'timetz'],
  ] as const)
    it(`A type change from ${from} to ${type} requires --time-zone`, async () => {
      const [before, after] = [events({ type: from, nullable: true }), events({ type, nullable: true })];
      const error = await unconfirmed({ before, after, words: { allowRewrite: true } });
      const kinds = error.changes.map(({ kind, column }) => [kind, column]);
      expect(kinds).to.deep.equal([['time-zone', 'at']]);
      await generated({
        before,
        after,
        words: { allowRewrite: true, timeZones: ['event.at=Europe/Berlin'] },
      });
    });

  it('A conversion in UTC rewrites no row, and uses UTC whatever the zone of the database', async () => {
    const change = {
      before: events(AT, since(), BY_ID),
      after: events(INSTANT, since('2024-06-01 12:00'), BY_ID),
      words: { timeZones: ['event.at=utc'] },
    };
    const history = await generated(change);
    await inNewYork(change, history, async (dataSource, { target }) => {
      const file = await one(dataSource, FILE);
      await migrateUp(dataSource);
      expect(await one(dataSource, FILE)).to.equal(file);
      expect(await one(dataSource, IN_UTC)).to.equal('2024-01-15 12:00:00, 2024-07-15 12:00:00');
      // The default after it is in UTC, whatever the zone of the conversion and of the database.
      await dataSource.query('INSERT INTO event (id) VALUES (3)');
      expect(await one(dataSource, `SELECT (zz AT TIME ZONE 'UTC')::text FROM event WHERE id = 3`)).to.equal(
        '2024-06-01 12:00:00',
      );
      await migrateDown(dataSource, { target });
      expect(await one(dataSource, FILE)).to.equal(file);
      expect(await one(dataSource, VALUES)).to.equal('2024-01-15 12:00:00, 2024-07-15 12:00:00');
    });
    expect(await rulesFound(history)).to.deep.equal([]);
  });

  it('A conversion in another zone requires --allow-rewrite, and uses that zone', async () => {
    const words = { timeZones: ['event.at=Europe/Berlin'] };
    const error = await unconfirmed({ ...to, words });
    expect(error.changes.map(({ kind }) => kind)).to.deep.equal(['rewrite']);
    const change = { ...to, words: { ...words, allowRewrite: true } };
    await inNewYork(change, await generated(change), async (dataSource, { target }) => {
      await migrateUp(dataSource);
      expect(await one(dataSource, IN_UTC)).to.equal('2024-01-15 11:00:00, 2024-07-15 10:00:00');
      await migrateDown(dataSource, { target });
      expect(await one(dataSource, VALUES)).to.equal('2024-01-15 12:00:00, 2024-07-15 12:00:00');
    });
  });

  it('The offline script converts to the same values', async () => {
    const change = { ...to, words: { timeZones: ['event.at=UTC'] } };
    await inNewYork(change, await generated(change), async (dataSource, { target, place }) => {
      const script = await writeScript(dataSource, { direction: 'up', target: `${target}..head` });
      const { code, stderr } = await runInShell(place, script);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(await one(dataSource, IN_UTC)).to.equal('2024-01-15 12:00:00, 2024-07-15 12:00:00');
    });
  });

  for (const zone of ['Mars/Base', 'UTC+3'])
    it(`The generator refuses ${zone}, which is no time zone of PostgreSQL`, async () => {
      const error = await refusal({ ...to, words: { timeZones: [`event.at=${zone}`] } });
      expect(error)
        .to.be.instanceOf(UsageError)
        .with.property(
          'message',
          `--time-zone event.at=${zone}: PostgreSQL does not know this time zone. Use a name such as UTC or Europe/Berlin; SELECT name FROM pg_timezone_names lists all names.`,
        );
    });

  it('A key over the column stays enforced: the change requires --allow-rewrite', async () => {
    const keyed = { uniques: [{ name: 'uq_event_at', columns: ['at'] }] };
    const change = { before: events(AT, since(), keyed), after: events(INSTANT, since(), keyed) };
    const words = { timeZones: ['event.at=UTC'] };
    const error = await unconfirmed({ ...change, words });
    expect(error.changes.map(({ problem }) => problem)).to.deep.equal([
      'type timestamp without time zone becomes timestamp with time zone: no row is rewritten, but PostgreSQL rebuilds the constraint uq_event_at and blocks reads and writes of the table',
    ]);
    const history = await generated({ ...change, words: { ...words, allowRewrite: true } });
    expect(await rulesFound(history)).to.deep.equal([]);
  });
});
