import { DatabaseFailedError } from '../../src/errors/connection.js';
import { canonicalizeExpressions } from '../../src/schema/expressions-of.js';
import {
  broken,
  capability,
  executor,
  fixtures,
  migration,
  oneByOne,
  OPEN_LOCK,
  records,
  replaced,
  script,
  session,
  sharedPlace,
  withHeld,
  type Broken,
} from './break-database.js';
import { BLIND } from './broken-catalogs.js';
import { BROKEN_PLANNERS } from './broken-planners.js';

const PLACES = { application: 'a.migrations', direct: 'a.migrations' };

/** By the name of the check that finds it. */
export const BROKEN: Readonly<Record<string, readonly Broken[]>> = {
  'its names agree with one another and with its connections': [
    broken('another name', { name: 'other' }),
    broken('no title', { title: ' ' }),
    broken('other drivers', { driverTypes: ['other'] }),
  ],
  'its connections show no password': [
    broken('the password shown', {
      shownDatabase: ({ options }) => `db:${JSON.stringify(options)}conformance-secret`,
    }),
    broken('nothing shown', { shownDatabase: () => '' }),
  ],
  'its capabilities are those of its connections': [
    capability('rowLocks'),
    capability('schemas'),
    capability('rebuildsTables'),
    capability('currentTimestampIsInstant'),
    broken('an instant without milliseconds', ({ entityTypes }) => ({
      entityTypes: {
        ...entityTypes,
        instant: { ...entityTypes.instant, now: `'2026-01-02 03:04:05'` },
      },
    })),
  ],
  'a statement that fails is distinguished from other errors': [
    broken('no type', { typedError: (_source, error) => error }),
    broken('every error typed', {
      typedError: (source, error) => new DatabaseFailedError(source.dialect, 'X', { cause: error }),
    }),
    migration('no code', { sqlState: () => undefined }),
    migration('every error gave way', { isRetryable: () => true }),
    migration('every connection gone', { isDisconnected: () => true }),
  ],
  'a connection that cannot be made is explained': [
    broken('no words', { explainConnectFailure: () => ({ reason: '', transient: false }) }),
    broken('always transient', { explainConnectFailure: () => ({ reason: 'later', transient: true }) }),
  ],
  'a database that answers is probed and read': [
    broken('a probe that fails', {
      probe: () => ({ answer: Promise.reject(new Error('no answer')), giveUp: () => undefined }),
    }),
    broken('a first read that fails', { firstRead: () => Promise.reject(new Error('unreadable')) }),
    migration('always a standby', { standbySql: 'true' }),
  ],
  'an inlined parameter means what a bound one means': [
    broken('a quote that is not doubled', {
      inlined: (_source, sql, values) => replaced(sql, values, (value) => `'${value}'`),
    }),
    broken('a number that becomes another one', ({ inlined }) => ({
      inlined: (source, sql, values) =>
        inlined(
          source,
          sql,
          values.map((value) => (value === -3 ? 3 : value)),
        ),
    })),
  ],
  'a parameter that no text can hold is refused': [
    broken('an object as text', { inlined: (_source, sql, values) => replaced(sql, values, String) }),
  ],
  'record tables are created, and created again without harm': [
    migration('no table found', { presentTables: () => Promise.resolve([]) }),
    migration('always there', (whole) => ({
      presenceSql: (tables) =>
        whole.presenceSql(tables).replace(/^SELECT .*? AS "migrations"/, 'SELECT 1 AS "migrations"'),
    })),
    migration('a changer that is not there', {
      recordTriggers: () => Promise.resolve([{ kind: 'trigger', name: 't', table: 'm', remedy: '' }]),
    }),
  ],
  'a run is recorded and read back': [
    records('numbers compared the other way', ({ differs }) => ({ equals: differs })),
    records('no instant', { now: 'NULL' }),
  ],
  'a revision is recorded, read back and removed': [
    records('the last statement forgotten', ({ record }) => ({
      record: (...given) => record(...given).slice(0, -1),
    })),
    records('another table written', ({ record }) => ({
      record: ({ tables, ...context }, entry, write) =>
        record({ ...context, tables: { ...tables, migrations: tables.attempts } }, entry, write),
    })),
    records('another revision recorded', ({ record }) => ({
      record: (context, entry, write) =>
        record(context, { ...entry, outcome: { ...entry.outcome, tries: 1 } }, write),
    })),
  ],
  'what must not be recorded is refused': [
    records('the condition forgotten', ({ record }) => ({
      record: (context, entry, write) => record(context, { ...entry, condition: undefined }, write),
    })),
    records('the newest record not compared', ({ record }) => ({
      record: (context, entry, write) => record(context, { ...entry, newest: undefined }, write),
    })),
    records('a record that is always new', ({ record }) => ({
      record: (context, entry, write) =>
        record(context, entry, write).map(({ sql, parameters }) => ({
          sql: sql.replace('WHERE NOT EXISTS', 'WHERE true OR NOT EXISTS'),
          parameters,
        })),
    })),
  ],
  'a record that was not kept is noticed': [
    records('an assertion that holds', { assertion: (condition) => `SELECT 1 WHERE true OR ${condition}` }),
  ],
  'the lock excludes a second holder until it is released': [
    migration('a lock that excludes nothing', { lock: () => OPEN_LOCK }),
    migration('never locked', { isLocked: () => Promise.resolve(false) }),
    migration('always locked', { isLocked: () => Promise.resolve(true) }),
    migration('a release that does nothing', (whole) => ({
      lock: (input) => withHeld(whole.lock(input), (held) => ({ ...held, release: () => Promise.resolve() })),
    })),
  ],
  'the lock of one database leaves another database free': [
    migration('always locked', { isLocked: () => Promise.resolve(true) }),
  ],
  'a transaction commits together with its record': [
    executor('a record forgotten', ({ inTransaction }) => ({
      inTransaction: (limits, body) => inTransaction(limits, () => body().then(() => () => [])),
    })),
    executor('a body forgotten', () => ({ runBody: () => Promise.resolve() })),
  ],
  'a transaction whose body fails leaves nothing': [
    executor('a failure swallowed', ({ inTransaction }) => ({
      inTransaction: (limits, body) => inTransaction(limits, () => body().catch(() => () => [])),
    })),
    executor('another error', ({ inTransaction }) => ({
      inTransaction: (limits, body) =>
        inTransaction(limits, body).catch(() => Promise.reject(new Error('it failed'))),
    })),
  ],
  'a transaction whose record is refused leaves nothing': [
    executor('a refusal swallowed', ({ inTransaction }) => ({
      inTransaction: (limits, body) => inTransaction(limits, body).catch(() => undefined),
    })),
    executor('committed before it is recorded', ({ inTransaction, send }) => ({
      inTransaction: async (limits, body) => {
        let recording: Awaited<ReturnType<typeof body>> = () => [];
        await inTransaction(limits, async () => {
          recording = await body();
          return () => [];
        });
        const write = recording((build) => ({ sql: build((value) => `'${value}'`), parameters: [] }));
        await send(write.map(({ sql }) => sql));
      },
    })),
  ],
  'a revision cannot end the transaction that it runs in': [
    executor('a body that is not watched', () => ({ runBody: (body) => body() })),
  ],
  'a rehearsed record is not written': [
    executor('a rehearsal that does nothing', () => ({ rehearse: () => Promise.resolve() })),
    executor('a rehearsal that writes', ({ inTransaction }) => ({
      rehearse: (recording) =>
        inTransaction({ generated: true, lockTimeoutMs: 0, statementTimeoutMs: 0 }, () =>
          Promise.resolve(recording),
        ),
    })),
  ],
  'statements that are sent together are all done, or none': [
    executor('one after the other', ({ send }) => ({
      send: async (statements) => {
        for (const sql of statements) await send([sql]);
      },
    })),
    executor('nothing sent', () => ({ send: () => Promise.resolve() })),
  ],
  'what runs outside a transaction is recorded after it': [
    executor('in a transaction', ({ inTransaction }) => ({ outside: inTransaction })),
    executor('not recorded', ({ outside }) => ({
      outside: (limits, body) => outside(limits, () => body().then(() => () => [])),
    })),
  ],
  'what was created is read as it was created': [...BLIND],
  'reading changes nothing': [
    // PostgreSQL itself refuses it: its readAll cannot write.
    {
      ...broken('a reading that writes', ({ catalog }) => ({
        catalog: {
          ...catalog,
          introspect: async (read, schemas) => {
            await read([`CREATE VIEW "v${Math.floor(performance.now() * 1000)}" AS SELECT 1`]).catch(
              () => [],
            );
            return catalog.introspect(read, schemas);
          },
        },
      })),
      only: 'sqlite',
    },
    broken('one answer for all', (whole) => ({
      readAll: (session) => async (statements) => {
        const [first = []] = await whole.readAll(session)(statements);
        return statements.map(() => first);
      },
    })),
  ],
  'expressions of one meaning get one spelling': [
    broken('as they are written', ({ catalog }) => ({
      catalog: { ...catalog, canonicalize: (sides) => Promise.resolve(sides) },
    })),
    broken('one spelling for all', ({ catalog }) => ({
      catalog: {
        ...catalog,
        canonicalize: ({ live, desired }) => {
          const alike = ({ sql }: { readonly sql: string }) => ({ sql, canonical: 'x' });
          const same = (side: typeof live) => canonicalizeExpressions(side, alike);
          return Promise.resolve({ live: same(live), desired: same(desired) });
        },
      },
    })),
  ],
  'the raw catalog shows a change, and nothing else': [
    broken('blind', { rawCatalog: () => Promise.resolve([]) }),
    broken('record tables shown', ({ rawCatalog }) => ({
      rawCatalog: (session) => rawCatalog(session, []),
    })),
    broken('views not shown', ({ rawCatalog }) => ({
      rawCatalog: async (...given) => (await rawCatalog(...given)).filter((line) => !/names/.test(line)),
    })),
  ],
  ...BROKEN_PLANNERS,
  'values of each type are written, read back and distinguished': [
    fixtures('one value for all', { literal: () => `'1'` }),
    fixtures('a place that is everywhere', { locator: () => ({ select: '1', where: () => 'true' }) }),
    fixtures('a column not read', ({ readColumns }) => ({
      readColumns: async (...given) => (await readColumns(...given)).map((one) => ({ ...one, sql: '1' })),
    })),
  ],
  'counters give the next number, and advance': [
    fixtures('no counters', { readCounters: () => Promise.resolve([]) }),
    fixtures('counters that stand', { advanceCounters: () => Promise.resolve() }),
  ],
  'a script without revisions does nothing': [
    broken('a table made', { script: () => ['CREATE TABLE "migrations" ("id" integer);'] }),
  ],
  'a script runs its revisions and records them': [
    script('no statement ended', (lines) => lines.map((line) => line.replace(/;$/, ''))),
    script('a title that is no comment', (lines) => lines.map((line) => line.replace(/^-- 1 of/, '1 of'))),
    script('nothing recorded', (lines) => lines.filter((line) => !/INTO "migrations"|_attempt/.test(line))),
  ],
  'a script stops where it does not belong': [
    broken('every step the first one', ({ script: write }) => ({
      script: (input) => write({ ...input, steps: input.steps.map((step) => ({ ...step, before: null })) }),
    })),
  ],
  'a script that fails leaves the state before its revision': [
    script('no transaction', (lines) => lines.filter((line) => !/^(BEGIN\b.*;|COMMIT;)$/.test(line))),
  ],
  'a session without TypeORM sends, reads and ends its transactions': [
    session('no rows', () => ({ query: () => Promise.resolve([]) })),
    session('a rollback that commits', (whole) => ({ rollback: () => whole.commit() })),
    session('a commit that rolls back', (whole) => ({ commit: () => whole.rollback() })),
    session('never closed', () => ({ close: () => Promise.resolve() })),
  ],
  'a message of several statements ends with the first error': [
    broken('nothing sent', ({ wire }) => ({ wire: { ...wire, send: () => Promise.resolve([]) } })),
    broken('one by one', ({ wire }) => ({ wire: oneByOne(wire) })),
    broken('no transaction begun', ({ wire }) => ({ wire: { ...wire, begin: () => 'SELECT 1' } })),
  ],
  'a scratch database is empty, and gone afterwards': [
    broken('a shared file', { scratch: sharedPlace }),
    broken('a failure swallowed', ({ scratch }) => ({
      scratch: async (settings) => {
        const place = await scratch(settings);
        return { ...place, lend: (use) => place.lend(use).catch(() => undefined as never) };
      },
    })),
  ],
  'two addresses of one database are recognised': [
    migration('all databases are one', {
      recordPlaces: () => Promise.resolve({ ...PLACES, schemas: PLACES, isVisible: true }),
    }),
  ],
};
