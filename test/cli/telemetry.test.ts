import { expect } from 'chai';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachDatabase } from '../support/databases.js';
import { loadedBy } from '../support/loaded-modules.js';
import { root, runScript } from '../support/run-script.js';

/** What an application preloads: it registers a provider that sends its spans at the end, or never answers. */
const REGISTERS = `
  const { appendFileSync } = require('node:fs');
  const { createRequire } = require('node:module');
  const from = createRequire(process.env.TELEMETRY_ROOT + '/package.json');
  const { trace } = from('@opentelemetry/api');
  const { BasicTracerProvider, BatchSpanProcessor } = from('@opentelemetry/sdk-trace-base');
  const exporter = {
    export: (spans, done) => {
      for (const { name } of spans) appendFileSync(process.env.TELEMETRY_FILE, name + '\\n');
      if (!process.env.TELEMETRY_SILENT) done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const spanProcessors = [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 600000 })];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
`;

eachDatabase('A command with a provider of telemetry', (database) => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-telemetry-'));
    await writeFile(join(folder, 'telemetry.cjs'), REGISTERS);
    await writeFile(join(folder, 'spans'), '');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const environment = () => ({
    DATABASE_URL: database().url,
    NODE_OPTIONS: `--require ${join(folder, 'telemetry.cjs')}`,
    TELEMETRY_ROOT: root,
    TELEMETRY_FILE: join(folder, 'spans'),
  });
  const spans = async () => (await readFile(join(folder, 'spans'), 'utf8')).trim().split('\n');

  it('The spans of up are sent before it ends', async () => {
    await database().connect();
    const { code, stderr } = await runScript('orchestrator-db', ['up', '--json'], { env: environment() });
    expect(code, stderr).to.equal(0);
    expect((await spans()).at(-1)).to.equal('orchestrator-db up');
    expect(await spans()).to.include('CREATE TABLE workers');
  });

  it('The file of the page about telemetry prints spans and metrics to standard error', async () => {
    await database().connect();
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const page = await readFile(join(root, 'docs/telemetry.md'), 'utf8');
    await writeFile(join(folder, 'telemetry.mjs'), /```js\n([^]*?)```/.exec(page)?.[1] ?? '');
    const NODE_OPTIONS = `--import ${join(folder, 'telemetry.mjs')}`;
    const env = { DATABASE_URL: database().url, NODE_OPTIONS };
    const { code, stdout, stderr } = await runScript('orchestrator-db', ['up', '--json'], { env });
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.have.property('current');
    for (const name of ['CREATE TABLE workers', 'orchestrator_db.run.duration'])
      expect(stderr).to.include(name);
  });

  it('A collector that does not answer holds a command up for 5 s at most', async () => {
    await database().connectAtHead();
    const began = performance.now();
    const env = { ...environment(), TELEMETRY_SILENT: '1' };
    const { code } = await runScript('orchestrator-db', ['up', '--json'], { env });
    expect(code).to.equal(0);
    expect(performance.now() - began).to.be.within(4500, 15_000);
  });

  for (const args of [['up'], ['check', '--fresh']])
    it(`The API of OpenTelemetry is not loaded without a provider by ${args.join(' ')}`, async () => {
      await database().connectAtHead();
      const env = { DATABASE_URL: database().url };
      const modules = await loadedBy((coverage) =>
        runScript('orchestrator-db', args, { env: { ...env, ...coverage } }),
      );
      expect(modules).not.to.deep.equal([]);
      expect(modules.filter((url) => url.includes('@opentelemetry'))).to.deep.equal([]);
    });
});
