import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { compiledCopy } from './compiled-copy.js';
import { eachDatabase, type TestDatabase } from './databases.js';
import { root } from './root.js';
import { madeOnce } from './run-folder.js';

/** The application in examples/, running in a process of its own. */
export interface Replica {
  readonly pid: number;
  /** What it has written so far. */
  readonly output: string;
  /** Settles when it listens, or rejects with its output when it has ended before. */
  readonly listening: Promise<void>;
  readonly ended: Promise<number | null>;
  /** `POST /jobs` and the like, with a body. */
  call(method: 'GET' | 'POST', path: string, sent?: Sent): Promise<Answer>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

/** A body and headers of a request. */
export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, its body parsed. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: unknown;
}

const INHERITED = ['PATH', 'HOME', 'TMPDIR'];
const SOURCES = join(root, 'examples/nest-orchestrator/src');

/** Compiles the example beside the bundle of the package, once a test run; its main module. */
export function buildExample(): string {
  return join(madeOnce('example', compileExample), 'src', 'main.js');
}

function compileExample(folder: string): void {
  const bundle = dirname(dirname(compiledCopy().run));
  for (const name of ['package.json', 'dist', 'node_modules'])
    symlinkSync(join(bundle, name), join(folder, name));
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.ts')) compile(join(SOURCES, file), join(folder, 'src', file.replace(/\.ts$/, '.js')));
}

/** Without a check of types, which `npm run example:build` makes; esbuild does not write what decorators need. */
function compile(from: string, to: string): void {
  const { outputText } = ts.transpileModule(readFileSync(from, 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      useDefineForClassFields: false,
    },
    fileName: from,
  });
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, outputText);
}

/** Starts the compiled example on a port of its own; `main` is that of another copy. */
export function startReplica(env: Readonly<Record<string, string>>, main = buildExample()): Replica {
  const inherited = INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const child = spawn(process.execPath, ['--unhandled-rejections=strict', main], {
    env: { ...(Object.fromEntries(inherited) as Record<string, string>), NO_COLOR: '1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return replicaOf(child);
}

function replicaOf(child: ChildProcess): Replica {
  let output = '';
  let origin = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const listening = new Promise<void>((resolve, reject) => {
    const read = (text: string) => {
      output += text;
      const port = /listening on http:\/\/\S*:(\d+)/.exec(output)?.[1];
      if (port === undefined || origin !== '') return;
      origin = `http://localhost:${port}`;
      resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    void ended.then((code) => reject(new Error(`It has ended with ${code}.\n${output}`)));
  });
  listening.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    get output() {
      return output;
    },
    listening,
    ended,
    call: (method, path, sent) => call(`${origin}${path}`, method, sent),
    signal: (name) => void child.kill(name),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function call(url: string, method: string, { body, headers = {} }: Sent = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const parsed: unknown = /json/.test(type) ? JSON.parse(text) : text;
  return { status: response.status, type, headers: response.headers, body: parsed };
}

/** The same, of a job that is submitted. */
export function submitJob(replica: Replica, key: string, body: unknown): Promise<Answer> {
  return replica.call('POST', '/jobs', { body, headers: { 'Idempotency-Key': key } });
}

/**
 * Describes a suite on either database. Each test has the example running on its own, which has to end without a
 * complaint.
 */
export function eachExample(
  title: string,
  body: (app: () => Replica, database: () => TestDatabase) => void,
): void {
  eachDatabase(title, (database) => {
    let app: Replica;

    before(function () {
      this.timeout(180_000);
      buildExample();
    });

    beforeEach(async () => {
      app = startReplica({ DATABASE_URL: database().url });
      await app.listening;
    });

    afterEach(async () => {
      expect(await app.stop(), app.output).to.equal(null);
      expect(app.output).not.to.match(/ERROR|\n +at /);
    });

    body(() => app, database);
  });
}
