import { expect } from 'chai';
import { createDataSource } from '../../src/data-source.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { systemClock } from '../../src/clock.js';
import { LineLogger } from '../../src/logger.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Readiness } from '../../src/nest/readiness.js';
import { parseSettings } from '../../src/settings.js';
import { only, onTarget } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { documentOf, runCommandHere } from '../support/run-shelves.js';
import { urlOf } from '../support/servers.js';
import { startStandby, type Standby } from '../support/standby.js';

const GAUGES = revision(
  'MakeGauges1800000000341',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000342', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const NOTE = 'standby: this server may lag behind its primary, and it does not show a run in progress';

describe('A hot standby on which the first of two revisions is applied', () => {
  let standby: Standby | undefined;

  before(async () => {
    standby = await startStandby((target) =>
      onTarget(target, { contents: only(GAUGES) }, async (dataSource) => {
        await migrateUp(dataSource);
        await dataSource.query(`INSERT INTO migrations_run ("direction", "planned", "allowed", "actor", "host", "pid", "tool")
          VALUES ('up', '["MakeDials1800000000342"]', '[]', 'ada', 'replica-1', 1, 'orchestrator-db 0')`);
      }),
    );
  });
  after(() => standby?.stop());

  const target = (): PostgresTarget => {
    if (!standby) throw new Error('There is no standby.');
    return standby.target;
  };
  const run = (migrations: readonly (typeof GAUGES)[], ...args: readonly string[]) =>
    runCommandHere({ entities: [], migrations }, urlOf(target()), args);
  const refusal = (revisions: string) => {
    const { port, database } = target();
    return (
      `error: postgres://127.0.0.1:${port}/${database} is a standby, and a standby accepts no writes. Nothing was changed. ` +
      `Still to run: ${revisions}. Migrate on the primary: set DATABASE_URL or DATABASE_DIRECT_URL to its address.\n`
    );
  };

  it('A hot standby on which the first of two revisions is applied ends up with code 0 where nothing is pending there, and reports that it is a standby', async () => {
    const { code, stdout, stderr } = await run([GAUGES], 'up');
    expect({ code, stdout, stderr }).to.deep.equal({
      code: 0,
      stdout: 'nothing to do, at MakeGauges1800000000341\n',
      stderr: `warning: ${NOTE}\n`,
    });
    expect(documentOf(await run([GAUGES], 'up', '--json'))).to.deep.include({
      status: 'nothing-to-do',
      current: 'MakeGauges1800000000341',
      standby: true,
    });
  });

  it('A hot standby on which the first of two revisions is applied refuses up, down and stamp where something is to be run, saying that it is a standby, with code 3', async () => {
    const up = await run([GAUGES, DIALS], 'up');
    expect([up.code, up.stderr]).to.deep.equal([3, refusal('MakeDials1800000000342')]);
    const down = await run([GAUGES, DIALS], 'down', '--json');
    expect(down.code).to.equal(3);
    expect(documentOf(down)).to.have.nested.property('error.code', 'STANDBY');
    const stamp = await run([GAUGES, DIALS], 'stamp', 'MakeDials1800000000342', '--force');
    expect([stamp.code, stamp.stderr]).to.deep.equal([3, refusal('MakeDials1800000000342')]);
  });

  it('A hot standby on which the first of two revisions is applied shows the status, and reports that it is a standby; a run that has not ended there counts as running', async () => {
    const words = await run([GAUGES, DIALS], 'status');
    expect(words.code, words.stderr).to.equal(0);
    expect(words.stdout.split('\n')).to.include(NOTE).and.include('pending');
    const document = documentOf(await run([GAUGES, DIALS], 'status', '--json'));
    expect(document).to.deep.include({
      standby: true,
      pending: ['MakeDials1800000000342'],
      failed: [],
    });
    expect(document).to.have.nested.property('running.host', 'replica-1');
  });

  it('A hot standby on which the first of two revisions is applied is compared with the entities, and the report reports that it is a standby', async () => {
    const words = await run([GAUGES], 'check');
    expect([words.code, words.stdout.split('\n')[1]]).to.deep.equal([0, NOTE]);
    expect(documentOf(await run([GAUGES], 'check', '--json'))).to.deep.include({
      status: 'in-sync',
      standby: true,
      pending: [],
    });
  });

  it('A hot standby on which the first of two revisions is applied shows a plan, with a warning', async () => {
    const { code, stdout, stderr } = await run([GAUGES, DIALS], 'up', '--plan');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: `warning: ${NOTE}\n` });
    expect(stdout).to.include('MakeDials1800000000342');
  });

  it('A hot standby on which the first of two revisions is applied is ready, or not, for an application that reads there, which gets the warning that it is a standby', async () => {
    const readinessOf = async (migrations: readonly (typeof GAUGES)[]) => {
      const settings = { ...parseSettings({}), database: target() };
      const logger = new LineLogger('error', () => undefined);
      const dataSource = createDataSource(settings, { entities: [], migrations, logger });
      await dataSource.initialize();
      const readiness = new Readiness(dataSource, {
        driftCacheMs: 0,
        clock: systemClock,
        showDetails: 'never',
        log: () => undefined,
      });
      return readiness.ready().finally(() => dataSource.destroy());
    };
    expect(await readinessOf([GAUGES])).to.deep.equal({ status: 'up', standby: true });
    expect(await readinessOf([GAUGES, DIALS])).to.deep.equal({
      status: 'down',
      reason: 'pending',
      counts: { pending: 1 },
      standby: true,
    });
  });
});
