import { metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Test } from '@nestjs/testing';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createDataSource } from '../../src/data-source.js';
import { entities } from '../../src/entities/index.js';
import { migrations } from '../../src/migrations/index.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { DatabaseModule } from '../../src/nest/database-module.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { execute } from '../support/cli-database.js';
import { failureOf, impatientClock, only, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { keepTelemetry, type Measured } from '../support/telemetry.js';

const TALES = 'TellTale1800000000221';
const CREATES = revision(
  TALES,
  ['CREATE TABLE tales (id integer, words text)', `INSERT INTO tales VALUES (7, 'a secret')`],
  ['DROP TABLE tales'],
);
const FAILS = revision('BreakTale1800000000222', [`INSERT INTO no_such_table VALUES ('a secret')`], []);

const countOf = ({ value }: Measured) => (value as Histogram).count;

eachDatabase('Telemetry of an application', (database) => {
  const kept = keepTelemetry();

  it('A run, its lock, a revision and its statements are spans within each other', async () => {
    const dataSource = await database().connect(only(CREATES));
    await trace.getTracer('application').startActiveSpan('start', async (span) => {
      await migrateUp(dataSource);
      span.end();
    });
    const run = kept().span('orchestrator-db up');
    const step = kept().span(`up ${TALES}`);
    const parents = kept()
      .spans()
      .map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId]);
    expect(parents).to.deep.equal([
      ['migration lock', run.spanContext().spanId],
      ['CREATE TABLE tales', step.spanContext().spanId],
      ['INSERT tales', step.spanContext().spanId],
      [`up ${TALES}`, run.spanContext().spanId],
      ['orchestrator-db up', kept().span('start').spanContext().spanId],
      ['start', undefined],
    ]);
    expect(run.attributes).to.include({
      'orchestrator_db.direction': 'up',
      'orchestrator_db.revisions': 1,
      'orchestrator_db.current': TALES,
    });
    expect(step.attributes).to.include({ 'orchestrator_db.tries': 1, 'orchestrator_db.stamped': false });
  });

  it('The span of a statement has its text without values, and names the database', async () => {
    await migrateUp(await database().connect(only(CREATES)));
    const { attributes, kind } = kept().span('INSERT tales');
    expect(kind).to.equal(SpanKind.CLIENT);
    expect(attributes).to.include({
      'db.system.name': { postgres: 'postgresql', sqlite: 'sqlite' }[database().dialect],
      'db.operation.name': 'INSERT',
      'db.query.summary': 'INSERT tales',
      'db.query.text': 'INSERT INTO tales VALUES (?, ?)',
    });
    expect(attributes['db.namespace']).to.be.a('string').that.is.not.empty;
    expect(attributes['server.port'] === undefined).to.equal(database().dialect === 'sqlite');
    expect(
      JSON.stringify(
        kept()
          .spans()
          .map((span) => [span.attributes, span.events]),
      ),
    ).not.to.include('secret');
  });

  it('A failure is on the spans that it ends, with its code and without its words', async () => {
    const error = await failureOf(migrateUp(await database().connect(only(CREATES, FAILS))));
    const failed = kept()
      .spans()
      .filter(({ status }) => status.code === SpanStatusCode.ERROR);
    const code = { postgres: '42P01', sqlite: 'SQLITE_ERROR' }[database().dialect];
    expect(
      failed.map(({ name, attributes, status }) => [name, attributes['error.type'], status.message]),
    ).to.deep.equal([
      ['INSERT no_such_table', code, undefined],
      ['up BreakTale1800000000222', error.code, undefined],
      ['orchestrator-db up', error.code, undefined],
    ]);
    expect(failed[0]?.attributes['db.response.status_code']).to.equal(code);
    expect(JSON.stringify(failed.map((span) => [span.attributes, span.events]))).not.to.include('secret');
  });

  it('Runs, revisions and statements are measured', async () => {
    const dataSource = await database().connect(only(CREATES));
    await migrateUp(dataSource);
    await migrateDown(dataSource);
    for (const name of ['orchestrator_db.run.duration', 'orchestrator_db.revision.duration']) {
      const found = await kept().measured(name);
      expect(
        found.map((one) => [one.labels['orchestrator_db.direction'], countOf(one)]),
        name,
      ).to.deep.equal([
        ['up', 1],
        ['down', 1],
      ]);
    }
    const statements = await kept().measured('db.client.operation.duration');
    expect(statements.map((one) => [one.labels['db.operation.name'], countOf(one)])).to.deep.equal([
      ['CREATE TABLE', 1],
      ['INSERT', 1],
      ['DROP TABLE', 1],
    ]);
    expect((await kept().measured('orchestrator_db.lock.wait')).map(countOf)).to.deep.equal([2]);
  });

  it('A check measures how many differences and pending revisions there are', async () => {
    const dataSource = await database().connectAtHead();
    await execute(database(), ['DROP INDEX ix_jobs_status']);
    await checkDrift(dataSource);
    const values = async (name: string) => (await kept().measured(name)).map(({ value }) => value);
    expect(await values('orchestrator_db.drift.differences')).to.deep.equal([1]);
    expect(await values('orchestrator_db.revisions.pending')).to.deep.equal([0]);
  });

  it('A NestJS application that migrates on start has spans of it', async () => {
    const settings = { ...parseSettings({}), database: database().target };
    const logger = new LineLogger('error', () => undefined);
    const dataSource = createDataSource(settings, { entities, migrations, logger });
    const module = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ dataSource, onStart: 'migrate' })],
    })
      .setLogger({ log: () => undefined, warn: () => undefined, error: () => undefined })
      .compile();
    await module.close();
    expect(kept().span('orchestrator-db up').attributes['orchestrator_db.revisions']).to.be.greaterThan(5);
  });

  it('A provider that throws does not reach a run', async () => {
    const refuse = () => {
      throw new Error('The provider is broken.');
    };
    trace.disable();
    metrics.disable();
    trace.setGlobalTracerProvider({ getTracer: refuse });
    metrics.setGlobalMeterProvider({ getMeter: refuse });
    const { done } = await migrateUp(await database().connect(only(CREATES)));
    expect(done.map(({ id }) => id)).to.deep.equal([TALES]);
  });
});

onDatabase('postgres', 'Telemetry of an application on PostgreSQL', (database) => {
  const kept = keepTelemetry();

  it('A retry after a lock timeout is an event of the revision, and counted', async () => {
    await migrateUp(await database().connect(only(CREATES)));
    const ALTERS = revision('LockTale1800000000223', ['ALTER TABLE tales ADD n integer'], []);
    const dataSource = await database().connect(only(CREATES, ALTERS));
    await withClient(database().target, async (reader) => {
      await reader.query('BEGIN; SELECT FROM tales');
      const options = { lockTimeoutMs: 50, lockTries: 3, clock: impatientClock };
      await failureOf(migrateUp(dataSource, options));
    });
    const { events } = kept().span('up LockTale1800000000223');
    expect(events.map(({ name, attributes }) => [name, attributes?.['orchestrator_db.tries']])).to.deep.equal(
      [
        ['retry', 1],
        ['retry', 2],
      ],
    );
    const retries = await kept().measured('orchestrator_db.retries');
    expect(retries.map(({ labels, value }) => [labels['orchestrator_db.revision'], value])).to.deep.equal([
      ['LockTale1800000000223', 2],
    ]);
  });

  it('A backfill measures how far it is', async () => {
    const progress = `RAISE NOTICE USING MESSAGE = 'x', ERRCODE = 'ODB01', TABLE = 'tales', COLUMN = 'words',
      DATATYPE = '{"done": 200, "estimated": 600, "rate": 100, "secondsLeft": 4}'`;
    const FILLS = revision('FillTale1800000000224', [`DO $$ BEGIN ${progress}; END $$`], []);
    await migrateUp(await database().connect(only(FILLS)));
    const value = async (name: string) => (await kept().measured(name)).map((one) => one.value);
    expect(await value('orchestrator_db.backfill.rows')).to.deep.equal([200]);
    expect(await value('orchestrator_db.backfill.estimated')).to.deep.equal([600]);
    expect(await value('orchestrator_db.backfill.remaining')).to.deep.equal([4]);
  });
});
