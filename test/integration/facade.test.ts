import { expect } from 'chai';
import {
  MigrationAbortedError,
  Migrator,
  NotConnectedError,
  RevisionFailedError,
  RunEndedError,
  type MigrationEvent,
  type OrchestratorDbError,
} from '../../src/index.js';
import { tablesOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { expectFailure, failureOf, only, recordsIn } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const CORALS = 'MakeCorals1800000000411';
const REEFS = 'MakeReefs1800000000412';
const TIDES = 'MakeTides1800000000413';
const MAKE_CORALS = revision(CORALS, ['CREATE TABLE corals (id integer)'], ['DROP TABLE corals']);
const MAKE_REEFS = revision(REEFS, ['CREATE TABLE reefs (id integer)'], ['DROP TABLE reefs']);
const MAKE_TIDES = revision(TIDES, ['CREATE TABLE tides (id integer)'], ['DROP TABLE tides']);
const ALL = [MAKE_CORALS, MAKE_REEFS, MAKE_TIDES];

eachDatabase('The migrator that an application embeds', (database) => {
  const made = async () => (await tablesOf(database())).filter((name) => /corals|reefs|tides/.test(name));
  const ids = (steps: readonly { readonly id: string }[]) => steps.map(({ id }) => id);

  it('The migrator that an application embeds applies every pending revision, and reverts one', async () => {
    const migrator = new Migrator(await database().connect(only(...ALL)));
    const up = await migrator.up();
    expect({ ...up, done: ids(up.done) }).to.deep.equal({
      direction: 'up',
      done: [CORALS, REEFS, TIDES],
      current: TIDES,
    });
    expect(await made()).to.have.members(['corals', 'reefs', 'tides']);
    const down = await migrator.down();
    expect({ ...down, done: ids(down.done) }).to.deep.equal({
      direction: 'down',
      done: [TIDES],
      current: REEFS,
    });
    expect(await made()).to.have.members(['corals', 'reefs']);
  });

  it('The migrator that an application embeds names commands that the application has', async () => {
    const dataSource = await database().connect();
    await dataSource.query('CREATE TABLE workers (id integer)');
    const { message } = await failureOf(new Migrator(dataSource).up());
    expect(message).to.match(
      /record that without running anything: npx orchestrator-db stamp -d <file> head$/,
    );
    const unknown = await failureOf(new Migrator(dataSource).up('Nowhere'));
    expect(unknown.message).to.equal(
      'There is no revision "Nowhere". To list all revisions: npx orchestrator-db status -d <file>',
    );
  });

  it('The migrator that an application embeds names its options where a run can continue', async () => {
    await new Migrator(await database().connect(only(...ALL))).up();
    const behind = new Migrator(await database().connect(only(...ALL.slice(0, 2))));
    const ahead = await failureOf(behind.up());
    expect(ahead.message).to.match(/continue with: the option { allow: { missing: true } }$/);
    const lacking = await failureOf(new Migrator(await database().connect(only(...ALL.slice(1)))).down('-1'));
    expect(lacking.message).to.match(/To continue without it: the option { allow: { missing: true } }$/);
  });

  it('The migrator that an application embeds goes to a target in both directions, and stamps one', async () => {
    const migrator = new Migrator(await database().connect(only(...ALL)));
    expect(ids((await migrator.up('+2')).done)).to.deep.equal([CORALS, REEFS]);
    expect(ids((await migrator.down('base')).done)).to.deep.equal([REEFS, CORALS]);
    const stamped = await migrator.stamp('MakeReefs');
    expect(stamped).to.include({ direction: 'stamp', current: REEFS });
    expect(stamped.done.map((step) => step.stamped)).to.deep.equal([true, true]);
    expect(await made()).to.deep.equal([]);
  });

  it('The migrator that an application embeds reads status and history, plans, and compares the schema, and writes nothing for that', async () => {
    const migrator = new Migrator(await database().connect(only(...ALL)));
    const before = await tablesOf(database());
    expect(await migrator.status()).to.deep.include({ current: null, pending: [CORALS, REEFS, TIDES] });
    expect(await migrator.history()).to.deep.equal([]);
    const { steps } = await migrator.plan('up', 'MakeReefs');
    expect(steps.map(({ revision: id }) => id)).to.deep.equal([CORALS, REEFS]);
    expect(await migrator.check()).to.deep.include({ status: 'in-sync', pending: [CORALS, REEFS, TIDES] });
    expect(await tablesOf(database())).to.deep.equal(before);
    await migrator.up();
    await migrator.down();
    expect((await migrator.history()).map(({ direction }) => direction)).to.deep.equal(['up', 'down']);
    expect((await migrator.history({ limit: 1 })).map(({ direction }) => direction)).to.deep.equal(['down']);
  });

  it('The migrator that an application embeds writes a script without a connection, with its own timeouts unless the call has others', async () => {
    const dataSource = await database().connect(only(...ALL));
    await dataSource.destroy();
    const migrator = new Migrator(dataSource, { lockTimeoutMs: 1234 });
    const postgres = { direction: 'up', dialect: 'postgres' } as const;
    const script = await migrator.script(postgres);
    expect(script).to.include('CREATE TABLE tides').and.include('1234');
    expect(await migrator.script({ ...postgres, lockTimeoutMs: 4321 })).to.include('4321');
    await expectFailure(migrator.up(), NotConnectedError, /initialize/);
    await dataSource.initialize();
  });

  it('The migrator that an application embeds uses its options in every run', async () => {
    const events: MigrationEvent[] = [];
    const edited = revision(CORALS, ['CREATE TABLE corals (id bigint)'], ['DROP TABLE corals']);
    await new Migrator(await database().connect(only(MAKE_CORALS))).up();
    const dataSource = await database().connect(only(edited, MAKE_REEFS));
    const migrator = new Migrator(dataSource, {
      allow: { edited: true },
      onEvent: (event) => events.push(event),
    });
    expect((await migrator.plan('up')).steps.map(({ revision: id }) => id)).to.deep.equal([REEFS]);
    await migrator.up();
    await migrator.down();
    const finished = events.flatMap((event) => (event.kind === 'finished' ? [event.direction] : []));
    expect(finished).to.deep.equal(['up', 'down']);
  });
});

eachDatabase('The error that ends a run', (database) => {
  const BROKEN = revision(TIDES, ['CREATE TABLE tides (id integer, no_such_table.id)'], ['DROP TABLE tides']);
  const step = (id: string, direction: 'up' | 'down') => ({ id, direction, stamped: false, tries: 1 });
  const reportOf = (failure: OrchestratorDbError) => {
    const report = failure instanceof RunEndedError ? failure.report : undefined;
    const done = report?.done.map(({ id, direction, stamped, tries }) => ({ id, direction, stamped, tries }));
    return { ...report, done };
  };

  it('The error that ends a run reports the two revisions that were done before the third failed, and the next run has none', async () => {
    const migrator = new Migrator(await database().connect(only(MAKE_CORALS, MAKE_REEFS, BROKEN)));
    const failure = await failureOf(migrator.up());
    expect(failure).to.be.instanceOf(RevisionFailedError);
    expect(reportOf(failure)).to.deep.equal({
      direction: 'up',
      done: [step(CORALS, 'up'), step(REEFS, 'up')],
      current: REEFS,
    });
    expect(await recordsIn(database())).to.deep.equal([CORALS, REEFS]);
    const again = await failureOf(migrator.up());
    expect(reportOf(again)).to.deep.equal({ direction: 'up', done: [], current: REEFS });
  });

  it('The error that ends a run reports what was reverted', async () => {
    const noWayBack = revision(CORALS, ['CREATE TABLE corals (id integer)'], ['DROP TABLE no_such_table']);
    const migrator = new Migrator(await database().connect(only(noWayBack, MAKE_REEFS)));
    await migrator.up();
    const failure = await failureOf(migrator.down('base'));
    expect(failure).to.be.instanceOf(RevisionFailedError);
    expect(reportOf(failure)).to.deep.equal({
      direction: 'down',
      done: [step(REEFS, 'down')],
      current: CORALS,
    });
  });

  it('The error that ends a run reports it as well where the application has ended the run', async () => {
    const stop = new AbortController();
    const migrator = new Migrator(await database().connect(only(...ALL)), {
      signal: stop.signal,
      onEvent: ({ kind }) => kind === 'finished' && stop.abort(new MigrationAbortedError('a test')),
    });
    const failure = await failureOf(migrator.up());
    expect(failure).to.be.instanceOf(MigrationAbortedError);
    expect(reportOf(failure)).to.deep.equal({
      direction: 'up',
      done: [step(CORALS, 'up')],
      current: CORALS,
    });
  });
});
