import { expect } from 'chai';
import type { Documents } from '../../src/cli/documents/index.js';
import { eachDatabase } from '../support/databases.js';
import { beatOf, CONTRACT, EXPAND, IndexTask, MAKE, NEW, NewJob, OLD } from '../support/phased.js';
import { documentOf, runCommandHere, withoutTimes } from '../support/run-shelves.js';

const REASON = `older releases are connected (web-1 pid 71 at ${MAKE}, seen 0 s ago)`;

eachDatabase('A command with contract revisions', (database) => {
  const run = (...args: readonly string[]) => runCommandHere(NEW, database().url, args);
  const seen = (text: string) => withoutTimes(text.replace(/seen \d+ s ago/g, 'seen 0 s ago'));

  beforeEach(async () => {
    await runCommandHere(OLD, database().url, ['up']);
    await beatOf(database(), { head: MAKE });
  });

  it('A command with contract revisions lists those that wait, and has nothing to complain of', async () => {
    const plan = await run('up', '--plan');
    expect(plan.stdout).to.match(
      new RegExp(`\n\nawaiting contract ${CONTRACT}: older releases are connected`),
    );
    const up = await run('up');
    expect({ code: up.code, stderr: up.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(seen(up.stdout)).to.deep.equal([
      `applied ${EXPAND}`,
      `at ${EXPAND}`,
      `awaiting contract ${CONTRACT}: ${REASON}`,
    ]);
    const again = await run('up', '--json');
    expect(documentOf(again)).to.deep.include({ status: 'nothing-to-do', done: [], current: EXPAND });
    expect((documentOf(again) as { awaitingContract: unknown }).awaitingContract).to.have.length(1);
    const status = await run('status');
    const lines = seen(status.stdout);
    expect(lines.slice(lines.indexOf('awaiting contract'), lines.indexOf('applied') - 1)).to.deep.equal([
      'awaiting contract',
      `  ${CONTRACT}  waits: ${REASON}`,
      '',
      'next step',
      '  when the older release is gone: npm run -s db -- up --contract',
      '',
      'connected',
      '  MakeJobs1800000000101  1 replica',
    ]);
    const check = await run('check');
    expect(check.code).to.equal(0);
    expect(check.stdout).to.match(/^in sync \(1 table\), 1 contract revision awaiting\n/);
    expect(documentOf(await run('check', '--json'))).to.deep.include({
      pending: [],
      awaitingContract: [CONTRACT],
    });
    const { revisions } = documentOf(await run('status', '--json')) as {
      readonly revisions: readonly { readonly phase: string }[];
    };
    expect(revisions.map(({ phase }) => phase)).to.deep.equal(['expand', 'expand', 'contract']);
  });

  it('A command with contract revisions does not say that one may run while an older revision is pending', async () => {
    await run('replicas', 'forget', 'r1');
    const before = `the revision ${EXPAND} before it is pending; apply it first: npm run -s db -- up --expand`;
    const waiting = await run('status');
    expect(waiting.stdout).to.contain(`${CONTRACT}  waits: ${before}`).and.not.contain('may run now');
    expect(documentOf(await run('status', '--json'))).to.have.nested.property(
      'awaitingContract[0].reason',
      before,
    );
    await run('up', '--expand');
    expect((await run('status')).stdout).to.contain(`${CONTRACT}  may run now`);
  });

  it('A command with contract revisions exits with 3 where it may not run them, and says what to do', async () => {
    const early = await run('up', '--contract');
    expect(early.code).to.equal(3);
    expect(early.stderr).to.equal(
      `error: ${CONTRACT}: this contract revision may not run yet: the revision ${EXPAND} before it is pending; apply it first: npm run -s db -- up --expand. It was not run. Run the command again when that is done.\n`,
    );
    await run('up', '--expand');
    const refused = await run('up', '--contract', '--json');
    expect(refused.code).to.equal(3);
    expect(documentOf(refused)).to.have.nested.property('error.code', 'CONTRACT_REFUSED');
    expect((await run('up', '--drain-wait', '0.1')).code).to.equal(3);
    const forced = await run('up', '--contract', '--force-contract');
    expect(withoutTimes(forced.stdout)).to.deep.equal([`applied ${CONTRACT}`, `at ${CONTRACT}`]);
    const old = await runCommandHere(OLD, database().url, ['check']);
    expect(old.code).to.equal(2);
    expect(old.stdout).to.contain(
      `this release is older than the applied contract revision ${CONTRACT}, which removed what only older releases use; deploy a release that contains it`,
    );
    expect(old.stdout).to.not.contain('next steps');
  });

  it('A command with contract revisions refuses one that would overtake them on the same objects', async () => {
    const contents = { entities: [NewJob], migrations: [...NEW.migrations, IndexTask] };
    const refused = await runCommandHere(contents, database().url, ['up']);
    expect(refused.code).to.equal(3);
    expect(refused.stderr).to.match(/When the older release is gone, run: npm run -s db -- up --contract\n$/);
  });

  it('A command with contract revisions is init too, and history shows the phase of each revision', async () => {
    const init = (...args: readonly string[]) => run('init', '--env', 'production', ...args);
    const expanded = await init('--expand');
    expect(expanded.code).to.equal(0);
    expect(expanded.stdout).to.contain(`applied ${EXPAND}`).and.not.contain(`applied ${CONTRACT}`);
    expect((await init('--drain-wait', '0.1')).code).to.equal(3);
    expect((await init('--expand', '--force-contract')).code).to.equal(64);
    expect((await init('--force-contract', '--backfill-pause', '0')).stdout).to.contain(
      `applied ${CONTRACT}`,
    );
    const { stdout } = await run('history');
    for (const line of [`+ ${MAKE}  expand  ran done`, `+ ${CONTRACT}  contract  ran done`])
      expect(stdout).to.contain(line);
    const { runs } = documentOf(await run('history', '--json')) as Documents['history'];
    expect(runs.flatMap(({ attempts }) => attempts.map(({ phase }) => phase))).to.deep.equal([
      ...['contract', 'expand', 'expand'],
    ]);
    const { runs: older } = documentOf(
      await runCommandHere(OLD, database().url, ['history', '--json']),
    ) as Documents['history'];
    expect(older[0]?.attempts[0]).to.not.have.property('phase');
  });

  it('A command with contract revisions refuses options that exclude each other', async () => {
    for (const options of [
      ['--expand', '--contract'],
      ['--expand', '--drain-wait', '5'],
    ])
      expect((await run('up', ...options)).code).to.equal(64);
  });
});
