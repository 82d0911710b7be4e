import { expect } from 'chai';
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onServer } from '../support/databases.js';
import { keptProject, type KeptProject } from '../support/kept-project.js';
import type { Running } from '../support/processes.js';
import { mountSmallDisk } from '../support/small-disk.js';
import { withRawClient } from '../support/raw-postgres.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { level, repetitions } from '../support/repetitions.js';
import { startStatementProxy } from '../support/statement-proxy.js';

/** Of so many points, a process is killed at one. */
const EACH = { quick: 3, ci: 1, full: 1 };

/** A file that SQLite reads, or that the server needs to start. */
function keptFile(cache: string): string {
  const [name = ''] = keptIn(cache);
  return name.startsWith('cluster-') ? join(cache, name, 'data', 'global', 'pg_control') : join(cache, name);
}

function keptIn(cache: string): readonly string[] {
  return readdirSync(cache).filter((name) => /^(history-\w+\.db|cluster-.*)$/.test(name));
}

/** What may have become of the folder since the last command. */
const FAULTS: Readonly<Record<string, (cache: string) => void>> = {
  'is removed': (cache) => rmSync(cache, { recursive: true }),
  'is a file': (cache) => {
    rmSync(cache, { recursive: true });
    writeFileSync(cache, '');
  },
  'leads nowhere': (cache) => {
    rmSync(cache, { recursive: true });
    symlinkSync(cache, cache);
  },
  'has an empty file': (cache) => truncateSync(keptFile(cache)),
  'has a file that is cut off': (cache) => {
    const file = keptFile(cache);
    truncateSync(file, Math.floor(statSync(file).size / 2));
  },
  'has a file with something else': (cache) => writeFileSync(keptFile(cache), 'something else'.repeat(1000)),
  'lacks a file': (cache) => rmSync(keptFile(cache)),
  'is of another version': (cache) => {
    for (const name of keptIn(cache)) {
      const other = name.replace(/[0-9a-f]{16}/, '0123456789abcdef');
      renameSync(join(cache, name), join(cache, other));
    }
  },
};

/**
 * Kills the process with SIGKILL at the step of that number. Each call of these functions for the cache folder is two
 * steps: it begins, and it is done.
 */
const KILLER = `
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
let step = 0;
const count = () => {
  step += 1;
  if (step === Number(process.env.KILL_AT)) process.kill(process.pid, 'SIGKILL');
};
for (const name of ['mkdir', 'rename', 'rm', 'utimes']) {
  const real = promises[name];
  promises[name] = async (path, ...others) => {
    const isCache = [path, ...others].some((one) => String(one).includes('.cache/orchestrator-db/'));
    if (isCache) count();
    const result = await real(path, ...others);
    if (isCache) count();
    return result;
  };
}
syncBuiltinESMExports();
`;

const PLACES = [
  ['SQLite', 'sqlite'],
  ['the embedded server', 'embedded'],
] as const;

for (const [title, place] of PLACES)
  describe(`What generate keeps for ${title}`, function () {
    this.timeout(240_000);
    let project: KeptProject;
    let statements = '';
    before(async () => {
      project = await keptProject(place);
      statements = await project.statements();
      expect(statements).to.include('"rank"');
      expect(keptIn(project.cache)).to.have.lengthOf(1);
    });
    after(() => project.remove());

    for (const [fault, make] of Object.entries(FAULTS))
      it(`A cache folder that ${fault} changes nothing of the result`, async () => {
        expect(await project.statements()).to.equal(statements);
        make(project.cache);
        try {
          expect(await project.statements()).to.equal(statements);
          if (level !== 'quick') expect(await project.statements('--fresh')).to.equal(statements);
        } finally {
          renewed(project.cache);
        }
      });

    it('A full disk changes nothing of the result, and nothing unfinished stays', async () => {
      renewed(project.cache);
      mkdirSync(dirname(project.cache), { recursive: true });
      const disk = mountSmallDisk(1, 4);
      // A user who may not mount a disk is not root, and a folder can be closed to that user.
      const closed = disk?.folder ?? join(dirname(project.cache), 'closed');
      if (!disk) mkdirSync(closed, { mode: 0o555 });
      symlinkSync(closed, project.cache);
      try {
        for (const args of [[], ['--fresh']]) expect(await project.statements(...args)).to.equal(statements);
        expect(readdirSync(closed).filter((name) => !/^(ballast|code.*)$/.test(name))).to.deep.equal([]);
      } finally {
        rmSync(project.cache);
        disk?.remove();
        if (!disk) rmSync(closed, { recursive: true });
      }
    });

    it(`After kill -9 at a step of keeping (every ${repetitions(EACH)} of them, TEST_LEVEL=${level}), the next command has the same result`, async () => {
      const preload = join(project.home, 'killer.mjs');
      writeFileSync(preload, KILLER);
      const options = `--import ${pathToFileURL(preload).href}`;
      let killed = 0;
      for (let step = 1; ; step += repetitions(EACH)) {
        renewed(project.cache);
        const env = { NODE_OPTIONS: options, KILL_AT: String(step) };
        const { code, signal } = await project.start([], env).ended;
        if (signal !== 'SIGKILL') {
          expect(code).to.equal(0);
          break;
        }
        killed += 1;
        expect(await project.statements(), `killed at step ${step}`).to.equal(statements);
        expect(keptIn(project.cache)).to.have.lengthOf(1);
      }
      expect(killed).to.be.at.least(1);
    });
  });

function renewed(cache: string): void {
  rmSync(cache, { recursive: true, force: true });
}

describe('What generate keeps on a server', function () {
  this.timeout(240_000);
  let project: KeptProject;
  let statements = '';
  before(async () => {
    project = await keptProject('server');
    statements = await project.statements();
    expect(statements).to.include('"rank"');
  });
  after(() => project.remove());

  /** Runs it without what is kept, killed at such a statement. @returns those that it has sent */
  async function until(number: number, when: 'before' | 'after'): Promise<readonly string[]> {
    const target = postgresServer();
    let running: Running | undefined;
    const isHere = (sent: readonly string[]) =>
      isKeeping(sent.at(-1)) && sent.filter(isKeeping).length === number;
    const front = await startStatementProxy(target, {
      stopAt: { when, isHere },
      onStop: () => running?.kill(),
    });
    try {
      const url = urlOf({ ...target, host: '127.0.0.1', port: front.port });
      running = project.start(['--fresh'], { SCRATCH_DATABASE_URL: url });
      const { signal, code, stderr } = await running.ended;
      expect([signal, code], stderr).to.deep.equal(number === 0 ? [null, 0] : ['SIGKILL', null]);
      return front.statements.filter(isKeeping);
    } finally {
      await front.close();
    }
  }

  it(`After kill -9 at a statement that makes, keeps or drops a database (every ${repetitions(EACH)} of them, TEST_LEVEL=${level}), the next command has the same result`, async () => {
    const all = await until(0, 'before');
    expect(all.filter((sql) => RENAMED.test(sql))).to.have.lengthOf(1);
    const points = all.flatMap((_, index) => [[index + 1, 'before'] as const, [index + 1, 'after'] as const]);
    for (let index = 0; index < points.length; index += repetitions(EACH)) {
      const [number, when] = points[index] ?? [0, 'before'];
      const sent = await until(number, when);
      expect(await project.statements(), `killed ${when} ${String(sent.at(-1))}`).to.equal(statements);
    }
    for (const name of await leftOver()) await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
  });
});

const RENAMED = /RENAME TO orchestrator_db_kept_/;

function isKeeping(sql = ''): boolean {
  return /^(?:CREATE|DROP|COMMENT ON) DATABASE/.test(sql) || RENAMED.test(sql);
}

async function leftOver(): Promise<readonly string[]> {
  return withRawClient(postgresServer(), async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname ~ '^scratch_[0-9a-f]{16}$'",
    );
    return rows.map(({ datname }) => datname);
  });
}
