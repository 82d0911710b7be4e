import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachDatabase } from '../support/databases.js';
import { runScript } from '../support/run-script.js';

/** The modules that a command loads, as V8 counts them. */
async function modulesOf(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-modules-'));
  try {
    await runScript('orchestrator-db', args, { env: { ...env, NODE_V8_COVERAGE: folder } });
    const texts = await Promise.all(
      (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
    );
    const reports = texts.map(
      (text) => JSON.parse(text) as { readonly result: readonly { readonly url: string }[] },
    );
    return reports.flatMap(({ result }) => result.map(({ url }) => url));
  } finally {
    await rm(folder, { recursive: true });
  }
}

eachDatabase('The library that checks snapshots', (database) => {
  for (const args of [['status'], ['status', '--json'], ['up'], ['up', '--json'], ['check', '--json']])
    it(`is not loaded by ${args.join(' ')}`, async () => {
      await database().connectAtHead();
      const modules = await modulesOf(args, { DATABASE_URL: database().url });
      expect(modules.some((url) => url.includes('/typeorm/'))).to.equal(true);
      expect(modules.filter((url) => url.includes('/valibot/'))).to.deep.equal([]);
    });
});

describe('The library that checks snapshots', function () {
  this.timeout(120_000);

  it('is loaded by generate', async () => {
    const modules = await modulesOf(['generate', '--check'], {});
    expect(modules.some((url) => url.includes('/valibot/'))).to.equal(true);
  });
});
