/** generate --estimate: the live database, and what is printed about it. */

import { databaseOf } from '../databases/registry.js';
import type { Session } from '../databases/session.js';
import { UsageError } from '../errors/base.js';
import type { Estimate, EstimatedTable, EstimatedWork } from '../generate/estimate.js';
import type { Generated } from '../generate/propose.js';
import { withSession } from '../migrator/connections.js';
import { DEFAULT_LIMITS } from '../migrator/run-limits.js';
import { sizeWords } from '../text/size-words.js';
import { note, NOTHING } from './generated-report.js';
import type { ExitCode, Io } from './io.js';
import { reading, type CommandContext, type DataSourceOption } from './open.js';
import { printDocument } from './print-document.js';

const MOMENTS = 'No step reads or writes all rows of a table: each one takes moments.';
const MEASURED =
  'Measured on the scratch server, with copies of some rows. Another machine, triggers, standbys and other sessions change it.';
const NO_ESTIMATE: Estimate = { tables: [], seconds: 0, bytes: 0 };

/** Connects to the database of the project, which is only read. @throws UsageError for one without other sessions */
export function onLiveDatabase<T>(
  option: DataSourceOption,
  context: CommandContext,
  use: (live: Session) => Promise<T>,
): Promise<T> {
  return reading(option, context, (dataSource) => {
    const { capabilities, title } = databaseOf(dataSource);
    if (!capabilities.traffic)
      throw new UsageError(
        `--estimate is for a change beside other sessions, and the database is ${title}. Set DATABASE_URL to the PostgreSQL database that the change is for.`,
      );
    return withSession(dataSource, use);
  });
}

/** Shows how long the generated revisions take, without writing them. */
export function reportEstimate(generated: Generated, { json }: { readonly json: boolean }, io: Io): ExitCode {
  const { revisions, warnings, estimate = NO_ESTIMATE } = generated;
  const isIdle = revisions.length === 0;
  note(warnings, io);
  if (json)
    printDocument(io, 'generate-estimate', {
      status: isIdle ? 'nothing-to-do' : 'estimated',
      estimate,
      warnings,
    });
  else if (isIdle) io.out(NOTHING);
  else for (const line of estimateLines(estimate)) io.out(line);
  return 0;
}

function estimateLines({ tables, seconds, bytes }: Estimate): readonly string[] {
  if (tables.length === 0) return [MOMENTS];
  return [
    ...tables.flatMap(tableLines),
    '',
    `In all ${duration(seconds)} and ${sizeWords(bytes)} of disk. ${MEASURED}`,
    ...tables.flatMap(({ steps }) => steps.flatMap(limitNote)),
  ];
}

function tableLines({ table, rows, bytes, sampled, steps }: EstimatedTable): readonly string[] {
  const head =
    rows === null
      ? `${table}: the database has no such table`
      : `${table}: about ${number(rows)} rows, ${sizeWords(bytes ?? 0)}, measured with ${number(sampled)} rows`;
  const wide = Math.max(...steps.map((step) => titleOf(step).length));
  return [head, ...steps.map((step) => `  ${titleOf(step).padEnd(wide)}  ${stepWords(step)}`)];
}

function titleOf({ kind, name }: EstimatedWork): string {
  return `${kind === 'validation' ? 'validation of' : kind} ${name}`;
}

function stepWords({ rowsPerSecond, seconds, bytes, problem }: EstimatedWork): string {
  if (seconds === null) return `not measured: ${problem ?? 'unknown'}`;
  const rate = rowsPerSecond === null ? '' : ` at ${number(rowsPerSecond)} rows/s`;
  return `${duration(seconds)}${rate}${bytes ? `, ${sizeWords(bytes)} of disk` : ''}`;
}

/** A statement outside a transaction ends after a while, unless an option says otherwise. */
function limitNote({ kind, name, seconds }: EstimatedWork): readonly string[] {
  const limit = DEFAULT_LIMITS.nonTransactionalTimeoutMs / 1000;
  if (seconds === null || seconds < limit || kind === 'validation') return [];
  return [
    `The ${kind} ${name} may take longer than ${limit / 60} minutes, after which it is ended. Run: up --statement-timeout 0`,
  ];
}

function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 60) return `about ${Math.ceil(seconds)} s`;
  const minutes = seconds / 60;
  return `about ${minutes < 10 ? (Math.ceil(minutes * 10) / 10).toFixed(1) : number(Math.ceil(minutes))} min`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
