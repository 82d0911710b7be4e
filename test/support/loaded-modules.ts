import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from './run-script.js';

/** The modules that a command loads, as V8 counts them. */
export function modulesOf(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  return loadedBy((coverage) => runScript('orchestrator-db', args, { env: { ...env, ...coverage } }));
}

type Environment = Readonly<Record<string, string>>;

/** The modules that processes load which get those variables. */
export async function loadedBy(run: (coverage: Environment) => Promise<unknown>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-modules-'));
  try {
    await run({ NODE_V8_COVERAGE: folder });
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
