/** Loads the small files that scripts/build.js makes of quick.ts. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import type { quick } from './quick.js';

type Dialect = Parameters<typeof quick>[1];

/** The databases of which there is a file. */
export const QUICK_DIALECTS: readonly Dialect[] = ['postgres', 'sqlite'];

/** Which file to try first; the settings may lead to another database after all. */
export function dialectIn({ DATABASE_URL = '' }: Readonly<Record<string, string | undefined>>): Dialect {
  return DATABASE_URL.startsWith('postgres') ? 'postgres' : 'sqlite';
}

/** Where the files are, and where compiled code is kept. */
interface Place {
  readonly folder: string;
  readonly cache: string;
}

/** What runs commands on that database. */
export function loadQuick({ folder, cache }: Place, dialect: Dialect): typeof quick {
  const exported = loadKept(join(folder, `quick-${dialect}.cjs`), cache);
  return (exported as { readonly quick: typeof quick }).quick;
}

/**
 * Loads a CommonJS file as Node does, with code that an earlier process has compiled. Node 20 keeps none itself, and
 * later versions keep less: here it is what was compiled until the process ended. V8 compares its version, and only the
 * length of the source, so the name contains a checksum of the source.
 * https://nodejs.org/docs/latest-v20.x/api/vm.html#scriptcreatecacheddata
 */
function loadKept(file: string, cache: string): unknown {
  const source = readFileSync(file, 'utf8');
  const former = `${basename(file)}-${process.version}-${process.arch}-`;
  const kept = join(cache, `${former}${digest(source).toString('hex')}.bin`);
  const cachedData = readKept(kept);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
  const script = new Script(wrapped, { filename: file, ...(cachedData ? { cachedData } : {}) });
  if (!cachedData || script.cachedDataRejected) process.once('exit', () => keep(script, { kept, former }));
  const module = { exports: {} };
  const run = script.runInThisContext() as (...values: readonly unknown[]) => void;
  run(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/** Bytes of a checksum. */
const DIGEST_BYTES = 32;

function digest(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** What is kept begins with its checksum: a disk that was full leaves a part. */
function readKept(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const data = bytes.subarray(DIGEST_BYTES);
    return digest(data).equals(bytes.subarray(0, DIGEST_BYTES)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what has been compiled up to now, in the place of what other builds left. Where it may not write, nothing. */
function keep(script: Script, { kept, former }: { readonly kept: string; readonly former: string }): void {
  try {
    const data = script.createCachedData();
    const folder = dirname(kept);
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (name.startsWith(former)) rmSync(join(folder, name));
    const part = `${kept}.${process.pid}`;
    writeFileSync(part, Buffer.concat([digest(data), data]));
    renameSync(part, kept);
  } catch {
    // The next process compiles again.
  }
}
