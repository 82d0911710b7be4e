import type { Access } from '../migrator/access.js';
import type { Plan } from '../migrator/plan.js';
import { shownLines } from '../sql/text.js';
import { plannedStatements } from '../migrator/planned-statements.js';
import type { SqlLanguage } from '../sql/lexer.js';
import type { Documents } from './documents/index.js';
import { awaitingLines } from './run-outcome.js';

/** What becomes of a record where nothing is run. */
const RECORDS = { up: 'recorded', down: 'record removed' } as const;

/** A plan as JSON. */
export async function planJson(
  { project, dataSource }: Access,
  direction: 'up' | 'down',
  plan: Plan,
): Promise<Documents['plan']> {
  const { revisions, database } = project();
  const of = { database, dataSource };
  const steps: Documents['plan']['steps'][number][] = [];
  for (const { revision: id, kind, direction: way } of plan.steps) {
    const revision = revisions.find((known) => known.id === id);
    const description = revision?.description ?? '';
    if (kind === 'stamp')
      steps.push({ id, description, transaction: true, statements: [], only: RECORDS[way] });
    else if (revision) steps.push({ id, description, ...(await plannedStatements(of, revision, direction)) });
  }
  const awaiting = (plan.awaiting ?? []).map(({ revision: id, reason }) => ({ id, reason }));
  return {
    direction,
    steps,
    warnings: plan.warnings,
    ...(awaiting.length > 0 ? { awaitingContract: awaiting } : {}),
  };
}

/** A plan for people. */
export async function planLines(
  access: Access,
  direction: 'up' | 'down',
  plan: Plan,
): Promise<readonly string[]> {
  const { language } = access.project().database;
  const { steps, ...rest } = await planJson(access, direction, plan);
  const verb = direction === 'up' ? 'apply' : 'revert';
  const waiting = awaitingLines(rest);
  if (steps.length === 0) return [`nothing to ${verb}`, ...waiting];
  const run = steps.filter(({ only }) => only === undefined).length;
  return [
    `${run} revision${run === 1 ? '' : 's'} to ${verb}; nothing was run`,
    ...steps.flatMap(({ id, description, transaction, statements, only }) => [
      '',
      `${id}${description === '' ? '' : `: ${description}`}${transaction ? '' : ' (outside a transaction)'}`,
      ...(only === undefined ? statementLines(statements, language) : [ONLY[only]]).map(
        (line) => `  ${line}`,
      ),
    ]),
    ...(waiting.length > 0 ? ['', ...waiting] : []),
  ];
}

const ONLY = {
  recorded: 'it is recorded and not run: what it replaces is applied',
  'record removed': 'its record is removed, and nothing is run: another revision replaces it',
} as const;

function statementLines(statements: readonly string[] | null, language: SqlLanguage): readonly string[] {
  if (statements === null) return ['written by hand: its statements are known only when it runs'];
  if (statements.length === 0) return ['nothing to do on this database'];
  return statements.flatMap((sql) => shownLines(`${sql};`, language));
}
