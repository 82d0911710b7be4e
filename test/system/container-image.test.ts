import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { onDatabase } from '../support/databases.js';
import { containersIn, MANIFESTS, read, RECIPES } from '../support/deploy-recipes.js';
import { COMPILES, imageContext } from '../support/image-context.js';
import { layOut, type Stage } from '../support/image-files.js';
import { tell } from '../support/replicas.js';

/** The user `node` of the base. */
const NODE_USER = 1000;

/** Without its base, MB. The example has NestJS with Swagger and TypeORM. */
const MOST_MB = 130;

interface Service {
  readonly build?: { readonly target: string };
  readonly environment: Readonly<Record<string, string>>;
}

onDatabase('postgres', 'An image of the Dockerfile', (database) => {
  let folder = '';
  let stages: ReadonlyMap<string, Stage>;
  before(function () {
    this.timeout(600_000);
    folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-image-'));
    chmodSync(folder, 0o755);
    const { context, env } = imageContext(folder);
    const target = join(folder, 'stages');
    mkdirSync(target);
    stages = layOut(join(RECIPES, 'docker/Dockerfile'), { context, target, env });
  });
  after(() => rm(folder, { recursive: true }));

  const stageOf = (name: string): Stage => {
    const stage = stages.get(name);
    if (!stage) throw new Error(`no stage ${name}`);
    return stage;
  };

  /** Starts a command in a stage as the user of the image; `until` ends it. */
  function start(name: string, command: readonly string[], given: Readonly<Record<string, string>>) {
    const { folder: home, workdir, env } = stageOf(name);
    const [program = '', ...args] = command;
    expect(program).to.equal('node');
    const child = spawn(process.execPath, args, {
      ...{ cwd: join(home, workdir), uid: NODE_USER, gid: NODE_USER, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...env, DATABASE_URL: database().url, ...given },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (output += String(text)));
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, ended, output: () => output };
  }

  async function run(name: string, command: readonly string[], given = {}) {
    const { ended, output } = start(name, command, given);
    return { code: await ended, output: output() };
  }

  /** Starts the application, asks whether it is ready, and stops it as Kubernetes does. */
  async function statusOfApp(
    command: readonly string[],
    given: Readonly<Record<string, string>>,
  ): Promise<number> {
    const app = start('app', command, { PORT: '0', NO_COLOR: '1', ...given });
    const port = () => /listening on http:\/\/\S*:(\d+)/.exec(app.output())?.[1];
    while (port() === undefined && app.child.exitCode === null)
      await new Promise((done) => setTimeout(done, 50));
    expect(port(), app.output()).not.to.equal(undefined);
    const { status } = await fetch(`http://127.0.0.1:${port()}/health/ready`);
    app.child.kill('SIGTERM');
    await app.ended;
    return status;
  }

  it('Neither image contains sources, development packages or anything that its user may change', () => {
    for (const name of ['migrate', 'app']) {
      const home = join(stageOf(name).folder, stageOf(name).workdir);
      expect(stageOf(name).user).to.equal('node');
      expect(readdirSync(home).sort()).to.deep.equal(['dist', 'node_modules', 'package.json']);
      const packages = join(home, 'node_modules');
      expect(existsSync(join(packages, 'orchestrator-db'))).to.equal(true);
      expect(COMPILES.filter((one) => existsSync(join(packages, one)))).to.deep.equal([]);
      const all = readdirSync(home, { recursive: true, withFileTypes: true });
      const files = all.filter((one) => one.isFile()).map((one) => statSync(join(one.parentPath, one.name)));
      expect(files.filter(({ uid, mode }) => uid === NODE_USER || (mode & 0o002) !== 0)).to.deep.equal([]);
      const megabytes = Math.round(files.reduce((sum, { size }) => sum + size, 0) / 1e6);
      tell(`${name}: ${megabytes} MB in ${files.length} files, without the base`);
      expect(megabytes).to.be.below(MOST_MB);
    }
  });

  it('The command of the migrating image applies the revisions, and the application is then ready', async () => {
    const up = await run('migrate', stageOf('migrate').command);
    expect(up.code, up.output).to.equal(0);
    expect(up.output).to.match(/\nat \w+\d{13}\n$/);
    expect(await statusOfApp(stageOf('app').command, { ON_START: 'check' })).to.equal(200);
  });

  for (const file of MANIFESTS.filter((name) => containersIn(name).length > 0))
    it(`The commands of the containers in ${file} migrate and start`, async () => {
      for (const { name, command, env } of containersIn(file)) {
        const values = env.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]]));
        const given = Object.fromEntries(values) as Record<string, string>;
        if (name === 'migrate') {
          const { code, output } = await run('migrate', command, given);
          expect(code, output).to.equal(0);
        } else expect(await statusOfApp(command, given)).to.equal(200);
      }
    });

  it('The services of the compose file are stages of the Dockerfile, and start in their order', async () => {
    const { services } = parse(read('docker/compose.yaml')) as {
      readonly services: Readonly<Record<'database' | 'migrate' | 'app', Service>>;
    };
    const { migrate, app } = services;
    const up = await run(migrate.build?.target ?? '', stageOf('migrate').command);
    expect(up.code, up.output).to.equal(0);
    const { ON_START = '' } = app.environment;
    expect(await statusOfApp(stageOf(app.build?.target ?? '').command, { ON_START })).to.equal(200);
  });
});
