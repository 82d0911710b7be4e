import { dirname, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { ConnectError, UsageError } from '../../errors/base.js';
import { GenerateAbortedError } from '../../errors/generate.js';
import { NothingLintedError } from '../../errors/lint.js';
import type { LintReport } from '../../lint/finding.js';
import { lintDataSource, type LintSelection } from '../../lint/lint.js';
import { lintLines } from '../../lint/report.js';
import { loadRevisions } from '../../migrator/load-revisions.js';
import { pendingRevisions } from '../../migrator/migrate.js';
import { parseSettings } from '../../settings.js';
import type { ExitCode, Io } from '../io.js';
import { githubLines } from '../lint-formats/github.js';
import { located } from '../lint-formats/located.js';
import { sarifLog } from '../lint-formats/sarif.js';
import { toolVersion } from '../../package-version.js';
import { reading, type CommandContext, type DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { revisionsSince } from '../revisions-since.js';
import { unconnected } from '../unconnected.js';

/** Options of `lint`, as given. */
export interface LintCommandOptions extends DataSourceOption {
  readonly after?: string;
  readonly new: boolean;
  readonly since?: string;
  readonly json: boolean;
  readonly format: LintFormat;
}

/** The form of the findings: for people, for code scanning and editors, or for GitHub Actions. */
type LintFormat = 'text' | 'sarif' | 'github';

/**
 * Reports dangerous statements in revisions. It connects to scratch databases only; with `--new` it reads in the database
 * of the DataSource which revisions are applied.
 *
 * @param names the revisions to check; none means all
 * @returns 0 no findings, 2 findings
 * @throws NothingLintedError where revisions are selected and none of them can be linted
 */
export async function lint(
  names: readonly string[],
  options: LintCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io, project } = context;
  const { after, dataSource: file, json, format } = options;
  if (json && format !== 'text') throw new UsageError('lint: pass only one of --json and --format.');
  const start = after ?? (file === undefined ? project.lintAfter : undefined);
  const dataSource = await unconnected({ ...optionOf(options), dialect: 'postgres' }, context);
  const only = await newRevisions(names, options, { context, dataSource });
  const selection = {
    revisions: names,
    ...(start === undefined ? {} : { after: start }),
    ...(only === undefined ? {} : { only }),
  };
  const report = await io.whileStoppable((signal) => linted(dataSource, { ...selection, signal }, io));
  const { findings, revisions, unlinted } = report;
  const isNothing = revisions === 0 && findings.length === 0 && unlinted.length > 0;
  if (!json) for (const line of await linesOf(report, options, { context, dataSource })) io.out(line);
  if (isNothing) throw new NothingLintedError(unlinted);
  if (json) printDocument(io, 'lint', report);
  return findings.length > 0 ? 2 : 0;
}

/** The findings in the form that is asked for; the places of findings are looked for only where it has them. */
async function linesOf(
  report: LintReport,
  { format, dataSource: file }: LintCommandOptions,
  { context, dataSource }: { readonly context: CommandContext; readonly dataSource: DataSource },
): Promise<readonly string[]> {
  const { pagePath } = context.project;
  if (format === 'text') return lintLines(report, pagePath);
  const findings = await located(report.findings, dataSource, file);
  if (format === 'github') return githubLines(findings, report, pagePath);
  return [JSON.stringify(sarifLog(findings, report, { name: 'orchestrator-db', version: toolVersion() }))];
}

async function linted(
  dataSource: DataSource,
  options: LintSelection & { readonly signal: AbortSignal },
  io: Io,
): Promise<LintReport> {
  try {
    return await lintDataSource(dataSource, { ...options, settings: () => parseSettings(io.env) });
  } catch (error) {
    throw options.signal.aborted ? new GenerateAbortedError() : error;
  }
}

function optionOf({ dataSource }: DataSourceOption): DataSourceOption {
  return dataSource === undefined ? {} : { dataSource };
}

/** The ids that `--new` and `--since` select; undefined without them. */
async function newRevisions(
  names: readonly string[],
  options: LintCommandOptions,
  { context, dataSource }: { readonly context: CommandContext; readonly dataSource: DataSource },
): Promise<readonly string[] | undefined> {
  const { since } = options;
  if (since === undefined && !options.new) return undefined;
  if (names.length > 0)
    throw new UsageError(
      'lint: name revisions, or select them with --new or --since. Pass only one of both.',
    );
  if (since !== undefined) return differentSince(since, options, { context, dataSource });
  const ids = async (dataSource: DataSource) => (await pendingRevisions(dataSource)).pending;
  return reading(optionOf(options), context, ids).catch((error: unknown) => {
    throw error instanceof ConnectError ? unreachable(error) : error;
  });
}

/** Without the database, it is unknown what is new. */
function unreachable({ database, failure, cause }: ConnectError): ConnectError {
  const reason = `${failure.reason.replace(/\.$/, '')}. --new reads which revisions are applied there; to ask git instead: --since <ref>`;
  return new ConnectError(database, { ...failure, reason }, { cause });
}

/** A revision that git does not know counts as new. */
async function differentSince(
  ref: string,
  { dataSource: file }: DataSourceOption,
  { context: { io }, dataSource }: { readonly context: CommandContext; readonly dataSource: DataSource },
): Promise<readonly string[]> {
  const ids = (await loadRevisions(dataSource)).map(({ id }) => id);
  if (ids.length === 0) return [];
  const folder = resolve(file === undefined ? '.' : dirname(file));
  const { changed, unfound } = await revisionsSince(ref, ids, { folder, env: io.env });
  for (const id of unfound) io.err(`note: ${id}: in no file of the git repository, so it counts as new`);
  return [...changed, ...unfound];
}
