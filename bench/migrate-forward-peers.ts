import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KnownTarget } from '../src/database-url.js';
import { urlOf } from '../test/support/servers.js';
import { besideInstalled } from './migrate-installed.js';
import { plainRevisions, type Tool } from './migrate-plain-revisions.js';

const JOURNAL_VERSION = '7';

/** It has no way back. It looks for its drivers from the folder that it is called in. */
export function prepareDrizzle(folder: string, target: KnownTarget, program: string): Tool {
  const home = besideInstalled(basename(folder));
  rmSync(home, { recursive: true });
  const out = join(home, 'out');
  mkdirSync(join(out, 'meta'), { recursive: true });
  const [dialect, url] =
    target.dialect === 'sqlite'
      ? (['sqlite', `file:${target.path}`] as const)
      : (['postgresql', urlOf(target)] as const);
  const entries = plainRevisions(target).map(({ stamp, up }, idx) => {
    writeFileSync(join(out, `${stamp}.sql`), up.join('\n--> statement-breakpoint\n') || 'SELECT 1');
    return { idx, version: JOURNAL_VERSION, when: stamp, tag: String(stamp), breakpoints: true };
  });
  const journal = { version: JOURNAL_VERSION, dialect, entries };
  writeFileSync(join(out, 'meta', '_journal.json'), JSON.stringify(journal));
  const config = { dialect, out, dbCredentials: { url } };
  writeFileSync(join(home, 'drizzle.config.json'), JSON.stringify(config));
  const args = ['migrate', '--config', 'drizzle.config.json'];
  return { up: { program, args, cwd: home, env: {} }, down: [] };
}

/** It has no way back. */
export function preparePrisma(folder: string, target: KnownTarget, program: string): Tool {
  const [provider, url] =
    target.dialect === 'sqlite'
      ? (['sqlite', `file:${target.path}`] as const)
      : (['postgresql', urlOf(target)] as const);
  const source = `datasource db {\n  provider = "${provider}"\n  url = env("BENCH_URL")\n}\n`;
  writeFileSync(join(folder, 'schema.prisma'), source);
  mkdirSync(join(folder, 'migrations'));
  writeFileSync(join(folder, 'migrations', 'migration_lock.toml'), `provider = "${provider}"\n`);
  for (const { stamp, up } of plainRevisions(target)) {
    const revision = join(folder, 'migrations', `${stamp}_revision`);
    mkdirSync(revision);
    writeFileSync(join(revision, 'migration.sql'), up.map((sql) => `${sql};\n`).join(''));
  }
  const args = ['migrate', 'deploy', '--schema', join(folder, 'schema.prisma')];
  return { up: { program, args, cwd: folder, env: { BENCH_URL: url } }, down: [] };
}
