import { expect } from 'chai';
import { buildExample, startReplica } from '../../support/example.js';
import { onDatabase } from '../../support/databases.js';
import { freePort } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { until } from '../../support/until.js';

const STACK = /\n +at .*:\d+/;

onDatabase('postgres', 'The example of an orchestrator that cannot start', (database) => {
  before(function () {
    this.timeout(180_000);
    buildExample();
  });

  /** What it says, and that it ends with 1 by itself. */
  async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
    const app = startReplica({ DATABASE_URL: database().url, ...env });
    expect(await app.ended, app.output).to.equal(1);
    expect(app.output).not.to.match(STACK);
    return app.output;
  }

  it('The example names the pending revisions once, and ends', async () => {
    const output = await refusal({ ON_START: 'check' });
    expect(output).to.contain('ERROR [ExceptionHandler]');
    expect(output).to.match(
      /does not match this application, so the application does not start\. Apply the pending revisions/,
    );
    expect(output.split('\n').filter((line) => /^ +InitialSchema1795435200000$/.test(line))).to.have.lengthOf(
      1,
    );
  });

  it('The example retries an unreachable server, with one line for each attempt', async () => {
    const app = startReplica({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nothing` });
    await until(() => Promise.resolve(app.output.includes('Retrying (2)')));
    app.signal('SIGKILL');
    await app.ended;
    expect(app.output).to.contain('connection refused');
    expect(app.output).not.to.match(STACK);
  });

  it('The example does not retry a wrong password, and does not show it', async () => {
    const url = new URL(database().url);
    url.password = 'not-this-one';
    const output = await refusal({ DATABASE_URL: url.href });
    expect(output).to.contain('password authentication failed');
    expect(output).not.to.match(/Retrying|not-this-one/);
  });

  for (const [variable, value, words] of [
    ['DATABASE_URL', 'mysql://localhost/x', 'DATABASE_URL: unknown scheme "mysql"'],
    ['ON_START', 'sometimes', 'ON_START: "sometimes" is not one of nothing, check, migrate, wait.'],
    ['PORT', 'eighty', 'PORT: "eighty" is not a whole number.'],
  ] as const)
    it(`The example names an invalid ${variable}`, async () => {
      expect(await refusal({ [variable]: value })).to.contain(words);
    });
});
