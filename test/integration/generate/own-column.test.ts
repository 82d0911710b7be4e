import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../../support/run-script.js';
import { postgresServer, urlOf } from '../../support/servers.js';

const SCRIPT = fileURLToPath(new URL('../../support/own-column.ts', import.meta.url));

interface Document {
  readonly postgres: { readonly up: readonly string[] };
  readonly sqlite: { readonly up: readonly string[] };
}

describe('A column of the entities of the orchestrator', function () {
  this.timeout(120_000);

  it('A new column of jobs is verified with rows of every table, on both databases', async () => {
    const args = ['--import', 'tsx', SCRIPT, urlOf(postgresServer())];
    const { code, stdout, stderr } = await runProcess(process.execPath, args);
    expect([code, stderr]).to.deep.equal([0, '']);
    const [only, ...others] = JSON.parse(stdout) as readonly Document[];
    expect(others).to.deep.equal([]);
    expect([only?.postgres.up, only?.sqlite.up]).to.deep.equal([
      [`ALTER TABLE "jobs" ADD COLUMN "rank" integer DEFAULT '0' NOT NULL`],
      [`ALTER TABLE "jobs" ADD COLUMN "rank" integer NOT NULL DEFAULT (0)`],
    ]);
  });
});
