/** `npm run bench -- lint-accuracy`: what servers do with each statement of the corpus, and what lint and squawk say. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { installPackage } from '../test/support/installed-package.js';
import { MAJORS, type CorpusCase, type Major } from '../test/support/lint-corpus/corpus-case.js';
import { CORPUS } from '../test/support/lint-corpus/index.js';
import { harmIn, judged, shown } from '../test/support/lint-corpus/judge.js';
import { runCorpus, type CorpusResult } from '../test/support/lint-corpus/run.js';
import { corpusServer } from '../test/support/lint-corpus/server.js';
import { startServers, stopServers } from '../test/support/servers.js';

/** Rules of squawk about style, about scripts that run twice, and about settings that the migrator has itself. */
const STYLE = [
  'prefer-robust-stmts',
  'require-lock-timeout',
  'require-statement-timeout',
  'require-timeout-settings',
];

interface Line {
  readonly one: CorpusCase;
  readonly major: Major;
  readonly server: string;
  readonly isHarm: boolean;
  readonly ours: readonly string[];
  readonly squawk: readonly string[];
}

/** Prints a line for each statement and server, then how many of the harmful ones each of both reports. */
export async function lintAccuracy(): Promise<void> {
  const squawk = await installPackage('squawk-cli', '2.66.0');
  await startServers();
  const lines: Line[] = [];
  try {
    for (const major of MAJORS) lines.push(...(await linesOn(major, join(squawk.path, 'js/bin/squawk'))));
  } finally {
    await stopServers();
    await squawk.remove();
  }
  for (const line of lines) print(line);
  for (const major of MAJORS) printTotals(lines, major);
}

async function linesOn(major: Major, squawk: string): Promise<readonly Line[]> {
  const server = await corpusServer(major);
  try {
    const results = await runCorpus({ target: server.target, major }, CORPUS);
    const verdicts = squawkVerdicts(major, squawk);
    return results.map((result) => lineOf(result, major, verdicts));
  } finally {
    await server.stop();
  }
}

function lineOf({ one, observation, findings }: CorpusResult, major: Major, verdicts: Verdicts): Line {
  return {
    one,
    major,
    server: shown(observation),
    isHarm: harmIn(observation).some((harm) => harm !== 'lock' && harm !== 'write'),
    ours: judged(findings).map(({ rule }) => rule),
    squawk: verdicts[CORPUS.indexOf(one)] ?? [],
  };
}

/** By the place of a case in the corpus. */
type Verdicts = readonly (readonly string[])[];

/** It reads each statement alone, so the set-up of a case is not part of what it judges. */
function squawkVerdicts(major: Major, squawk: string): Verdicts {
  const folder = mkdtempSync(join(tmpdir(), 'lint-accuracy-'));
  try {
    CORPUS.forEach(({ statement }, index) => writeFileSync(join(folder, `${index}.sql`), `${statement};\n`));
    const places = (isOutside: boolean) =>
      CORPUS.flatMap(({ outside = false }, index) =>
        outside === isOutside ? [join(folder, `${index}.sql`)] : [],
      );
    const words = ['--reporter=json', `--pg-version=${major}.0`, ...STYLE.map((rule) => `--exclude=${rule}`)];
    const violations = [
      ...violationsIn(places(false), [squawk, ...words, '--assume-in-transaction']),
      ...violationsIn(places(true), [squawk, ...words]),
    ];
    return CORPUS.map((_one, index) => {
      const own = violations.filter(({ file }) => basename(file) === `${index}.sql`);
      return [...new Set(own.map((one) => one.rule_name))];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Violation {
  readonly file: string;
  readonly rule_name: string;
}

function violationsIn(files: readonly string[], command: readonly string[]): readonly Violation[] {
  const all = [...command, ...files];
  const { stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (stdout === '') throw new Error(`squawk printed nothing: ${stderr}`);
  return JSON.parse(stdout) as readonly Violation[];
}

function print({ one, major, server, ours, squawk }: Line): void {
  const given = (one.given ?? []).map((sql) => `  given: ${sql}\n`).join('');
  process.stdout.write(
    `${major}  ${one.statement}\n${given}  server: ${server}\n  ours: ${ours.join(', ') || '-'}\n` +
      `  squawk: ${squawk.join(', ') || '-'}\n`,
  );
}

function printTotals(lines: readonly Line[], major: Major): void {
  const own = lines.filter((line) => line.major === major);
  const [harmful, harmless] = [own.filter(({ isHarm }) => isHarm), own.filter(({ isHarm }) => !isHarm)];
  const count = (of: readonly Line[], who: 'ours' | 'squawk') =>
    of.filter((line) => line[who].length > 0).length;
  process.stdout.write(
    `\nPostgreSQL ${major}: ${own.length} statements; ${harmful.length} rewrite, build, read or lose something: ` +
      `ours reports ${count(harmful, 'ours')}, squawk ${count(harmful, 'squawk')}; ` +
      `of the other ${harmless.length}, ours reports ${count(harmless, 'ours')}, squawk ${count(harmless, 'squawk')}\n`,
  );
}
