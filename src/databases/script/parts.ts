import { literalWriter } from '../records/bound.js';
import { recordCondition } from '../records/verify-record-sql.js';
import { beginHeartbeats, endRun, startRun } from '../records/sql.js';
import { contractHindrances } from '../records/gate-sql.js';
import { phaseStatements, setsFormat } from '../records/phase-sql.js';
import { FIRST_FORMAT, PHASED_FORMAT } from '../records/tables.js';
import type { RecordContext, RecordEntry, RecordSyntax } from '../records/syntax.js';
import { visible } from '../../text/visible.js';
import type { SqlLanguage } from '../../sql/lexer.js';
import { stretchesOf } from '../../sql/text.js';
import type { ScriptInput, ScriptStep } from './script.js';
import { valueLiteral } from '../../sql/quote.js';

/** Where a script's run says that it was run. */
const HOST = 'offline script';

/** What all records of a script share. Its run is the newest one of a script. */
function scriptContext({ tables, lastContract }: ScriptInput, syntax: RecordSyntax): RecordContext {
  const { equals, max } = syntax;
  const run = `(SELECT ${max}("id") FROM ${tables.runs.sql} WHERE "host" ${equals} ${valueLiteral(HOST)})`;
  return { syntax, tables, run, fence: undefined, phased: true, format: FIRST_FORMAT, lastContract };
}

/** Neither psql nor sqlite3 reports that a file was cut off between two statements. */
export const LAST_LINE = '-- End of the script.';

/** First lines, for the person who is to run it. */
export function header(
  { steps, direction, tool }: ScriptInput,
  database: string,
  command: string,
): readonly string[] {
  const up = direction === 'up';
  const from = (up ? steps.at(0)?.before : steps.at(0)?.id) ?? 'base';
  const to = (up ? steps.at(-1)?.id : steps.at(-1)?.before) ?? 'base';
  const leads = `It runs ${direction} from ${from} to ${to}`;
  return [
    `-- Offline script for ${database}, written by ${tool}.`,
    `-- ${visible(leads)}: ${steps.length} revision${steps.length === 1 ? '' : 's'}.`,
    `-- Run it with: ${command}`,
    '-- Each section stops the script, and changes nothing, unless the revision before it is the newest one recorded.',
    `-- A complete script ends with the line: ${LAST_LINE}`,
    '',
  ];
}

/** Notes since when there are heartbeats. */
export function ageOfHeartbeats({ tables, tool }: ScriptInput): string {
  return beginHeartbeats(tables, { host: HOST, pid: 0, tool }, valueLiteral);
}

/** Notes the run. */
export function runStart(input: ScriptInput, actor: string | { readonly expression: string }): string {
  const planned = input.steps.map(({ id }) => id);
  const run = {
    direction: input.direction,
    planned,
    allowed: input.gate === null ? ['forceContract'] : [],
    actor,
    host: HOST,
    pid: 0,
    tool: input.tool,
  };
  return startRun(input.tables, run, valueLiteral);
}

/** Notes that the run is over. */
export function runEnd(input: ScriptInput, syntax: RecordSyntax): string {
  return endRun(scriptContext(input, syntax), { outcome: 'completed', error: null }, valueLiteral);
}

/** Records a revision and its outcome. */
export function recordOf(input: ScriptInput, step: ScriptStep, syntax: RecordSyntax): readonly string[] {
  const own = syntax.record(scriptContext(input, syntax), entryOf(step), literalWriter).map(({ sql }) => sql);
  const { direction, replaces } = step;
  return direction === 'up' || replaces.length === 0 ? own : [forgetting(input, replaces, syntax), ...own];
}

/** SQL: in words, what keeps a contract revision from running; undefined where it does not look. */
export function hindrancesOf(
  { tables, gate }: ScriptInput,
  { phase, direction, stamp, stamped }: ScriptStep,
  syntax: RecordSyntax,
): string | undefined {
  if (phase?.phase !== 'contract' || direction === 'down' || stamped || gate === null) return undefined;
  return contractHindrances(syntax, tables, { stamp, ...gate });
}

/** Keeps what older code needs to know of a revision. */
export function phaseOf(input: ScriptInput, step: ScriptStep, syntax: RecordSyntax): readonly string[] {
  const context = scriptContext(input, syntax);
  const first = input.steps.find((one) => setsFormat(context, entryOf(one)));
  const format = step === first ? context.format : PHASED_FORMAT;
  return phaseStatements({ ...context, format }, entryOf(step), literalWriter).map(({ sql }) => sql);
}

/** Without the record of the revision that replaces them, these would count as applied again. */
function forgetting({ tables }: ScriptInput, replaced: readonly string[], { equals }: RecordSyntax): string {
  const names = replaced.map((id) => `"name" ${equals} ${valueLiteral(id)}`).join(' OR ');
  return `DELETE FROM ${tables.migrations.sql} WHERE ${names}`;
}

/** SQL: that the record is there as it was written, which a trigger may have changed; and what to say otherwise. */
export function verifyRecord(
  input: ScriptInput,
  step: ScriptStep,
  syntax: RecordSyntax,
): { readonly words: string; readonly condition: string } {
  return {
    words: `${step.id}: the database did not keep the record as it was written; check the triggers of ${input.tables.migrations.name}`,
    condition: recordCondition(scriptContext(input, syntax), entryOf(step), valueLiteral),
  };
}

function entryOf(step: ScriptStep): RecordEntry {
  const { id: revision, stamp, direction, checksums, stamped, phase } = step;
  const kind = stamped ? 'stamped' : 'ran';
  const outcome = { revision, stamp, direction, kind, checksums, durationMs: null, tries: 1 } as const;
  return { outcome, change: direction === 'up' ? 'insert' : 'delete', phase };
}

/** A line above each section; a line break in a name would end the comment. */
export function sectionTitle(step: ScriptStep, index: number, of: number): string {
  const description = step.description === '' ? '' : `: ${step.description.replace(/\s+/g, ' ')}`;
  return `-- ${index + 1} of ${of}, ${visible(`${step.direction} ${step.id}${description}`)}`;
}

/** A statement with its end, which a comment in its last line must not swallow. */
export function endedIn(language: SqlLanguage): (sql: string) => string {
  return (sql) => {
    const text = sql.replace(/;\s*$/, '');
    return stretchesOf(text, language).at(-1)?.kind === 'comment' ? `${text}\n;` : `${text};`;
  };
}

/** What is to be the newest record before a step. */
export function expectedBefore({ direction, id, before }: ScriptStep): string | null {
  return direction === 'up' ? before : id;
}
