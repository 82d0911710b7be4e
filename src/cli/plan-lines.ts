import type { DataSource } from 'typeorm';
import type { Plan } from '../migrator/plan.js';
import { listRevisions } from '../migrator/revision.js';
import { shownLines } from '../sql/text.js';
import { plannedStatements } from '../migrator/planned-statements.js';
import type { SqlLanguage } from '../sql/lexer.js';
import { databaseOf } from '../databases/registry.js';
import type { Recorded } from '../migrator/offline-body.js';
import type { Documents } from './documents/index.js';

/** A plan as JSON. */
export async function planJson(
  dataSource: DataSource,
  direction: 'up' | 'down',
  plan: Plan,
): Promise<Documents['plan']> {
  return documentOf({ dataSource, database: databaseOf(dataSource) }, direction, plan);
}

async function documentOf(of: Recorded, direction: 'up' | 'down', plan: Plan): Promise<Documents['plan']> {
  const revisions = listRevisions(of.dataSource);
  const steps: Documents['plan']['steps'][number][] = [];
  for (const { revision: id } of plan.steps) {
    const revision = revisions.find((known) => known.id === id);
    if (!revision) continue;
    const { statements, transaction } = await plannedStatements(of, revision, direction);
    steps.push({ id, description: revision.description, transaction, statements });
  }
  return { direction, steps, warnings: plan.warnings };
}

/** A plan for people. */
export async function planLines(
  dataSource: DataSource,
  direction: 'up' | 'down',
  plan: Plan,
): Promise<readonly string[]> {
  const database = databaseOf(dataSource);
  const { steps } = await documentOf({ dataSource, database }, direction, plan);
  const verb = direction === 'up' ? 'apply' : 'revert';
  if (steps.length === 0) return [`nothing to ${verb}`];
  return [
    `${steps.length} revision${steps.length === 1 ? '' : 's'} to ${verb}; nothing was run`,
    ...steps.flatMap(({ id, description, transaction, statements }) => [
      '',
      `${id}${description === '' ? '' : `: ${description}`}${transaction ? '' : ' (outside a transaction)'}`,
      ...statementLines(statements, database.language).map((line) => `  ${line}`),
    ]),
  ];
}

function statementLines(statements: readonly string[] | null, language: SqlLanguage): readonly string[] {
  if (statements === null) return ['written by hand: its statements are known only when it runs'];
  if (statements.length === 0) return ['nothing to do on this database'];
  return statements.flatMap((sql) => shownLines(`${sql};`, language));
}
