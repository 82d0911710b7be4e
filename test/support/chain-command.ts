import type { ExitCode } from '../../src/cli/io.js';
import { run } from '../../src/cli/main.js';
import { systemClock } from '../../src/clock.js';
import { createDataSource } from '../../src/data-source.js';
import { recordingIo } from '../unit/cli/recording-io.js';
import { CHAIN, CHAIN_ENTITIES } from './chain.js';

/** What a command of ours answered, in this process. */
export interface CommandAnswer {
  readonly code: ExitCode;
  readonly stderr: readonly string[];
}

/** Runs the command line on the chain of chain.ts, without a process of its own: about ten times as fast. */
export async function runChainCommand(args: readonly string[], databaseUrl: string): Promise<CommandAnswer> {
  const io = recordingIo({ ...systemClock, env: { DATABASE_URL: databaseUrl } });
  const code = await run(args, io, {
    createDataSource: (settings, logger) =>
      Promise.resolve(createDataSource(settings, { entities: CHAIN_ENTITIES, migrations: CHAIN, logger })),
    seed: () => Promise.resolve({ inserted: [], existing: [] }),
    loadAdmins: () => Promise.resolve(() => Promise.resolve(false)),
    today: () => 0,
    revisionModule: () => '',
    lintAfter: undefined,
    pagePath: (page) => page,
    isHome: true,
    exportsOwn: () => false,
    manifest: undefined,
  });
  return { code, stderr: io.stderr };
}
