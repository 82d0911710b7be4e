/** Finds the file of an ES module that does not parse: the error that Node throws for it does not name the file. */

import { spawnSync } from 'node:child_process';
import type { DataSource } from 'typeorm';
import { foldersOf, globsOf, scriptsIn } from './glob-folders.js';
import { sourceProblem } from './source-problem.js';

/** What Node prints of a file that does not parse. */
const REPORT = /^(?:file:\/\/)?(?<place>.+:\d+)\n[^]*^SyntaxError: /m;

/**
 * Gives an error of loading the files of a DataSource the place that `sourceProblem` reads, where it is one of parsing
 * and has none. The files that its globs may find are parsed, the newest first, and not run.
 *
 * @returns the same error
 */
export function located(error: unknown, dataSource: DataSource): unknown {
  if (!(error instanceof SyntaxError) || sourceProblem(error) !== undefined) return error;
  const place = brokenPlace(globsOf(dataSource));
  if (place !== undefined) error.stack = `${place}\n${error.stack ?? ''}`;
  return error;
}

function brokenPlace(globs: readonly string[]): string | undefined {
  for (const path of foldersOf(globs).flatMap(scriptsIn).sort().reverse()) {
    const { status, stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
    if (status !== 0) return REPORT.exec(stderr)?.groups?.['place'] ?? `${path}:1`;
  }
  return undefined;
}
