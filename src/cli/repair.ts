import type { DataSource } from 'typeorm';
import type { StatementGroup } from '../databases/planning.js';
import { databaseNamed, databaseOf, type DialectName } from '../databases/registry.js';
import type { AcceptedDrift } from '../drift/accepted/accepted-file.js';
import type { DriftReport } from '../drift/drift-report.js';
import { RepairRefusedError } from '../errors/accepted-drift.js';
import { CitusWorkerError } from '../errors/server.js';
import type { Repair, UndecidedRepair } from '../generate/repair/plan-repair.js';
import { assertWhole } from '../migrator/plan.js';
import { recordsSome } from '../migrator/recorded.js';
import { NEXT_LINE, printed } from '../sql/statement.js';
import { shownLines } from '../sql/text.js';
import { visible } from '../text/visible.js';
import type { Documents } from './documents/index.js';

/**
 * Plans what would remove the rest of the drift.
 *
 * @throws CitusWorkerError on a worker, whose differences mean nothing
 * @throws RepairRefusedError while revisions are pending
 * @throws RevisionPartlyReplacedError for one of them that cannot run
 */
export async function repairFor(
  dataSource: DataSource,
  { pending, partlyReplaced = [], citusWorker }: DriftReport,
  accepted: AcceptedDrift | undefined,
): Promise<Repair> {
  if (citusWorker) throw new CitusWorkerError(databaseOf(dataSource).shownDatabase(dataSource));
  assertWhole({ partly: partlyReplaced });
  if (pending.length > 0 && (await recordsSome(dataSource))) throw new RepairRefusedError(pending);
  const { planRepair } = await import('../generate/repair/plan-repair.js');
  return planRepair(dataSource, accepted);
}

/** The statements as a script, each exactly as it would be executed; what a person decides about is a comment. */
export function repairScript({ parts, undecided }: Repair, dialect: DialectName): string {
  const { title } = databaseNamed(dialect);
  if (parts.length + undecided.length === 0) return '-- No statement is needed.';
  return [
    `-- ${title}: nothing was executed, and these statements are not verified. Read them before you run them.`,
    ...parts.flatMap(({ transaction, groups }) => [
      '',
      ...(transaction ? ['BEGIN;'] : ['-- Outside a transaction:']),
      ...groups.flatMap(groupTexts),
      ...(transaction ? ['COMMIT;'] : []),
    ]),
    ...(undecided.length === 0
      ? []
      : ['', '-- You decide about the following. It is not part of the script.']),
    ...undecided.flatMap((one) => undecidedLines(one, dialect)),
  ].join('\n');
}

function groupTexts({ reason, statements }: StatementGroup): readonly string[] {
  return [comment(reason), ...statements.map((one) => `${printed(one).replaceAll(NEXT_LINE, '\n')};`)];
}

/** Whatever is in it, no line of it is a statement. */
function comment(text: string): string {
  return `-- ${visible(text)}`;
}

function undecidedLines(
  { reason, problem, groups }: UndecidedRepair,
  dialect: DialectName,
): readonly string[] {
  const statements = groups.flatMap((group) => group.statements);
  return [
    comment(`${reason} (${problem})`),
    ...statements.flatMap(({ sql }) => shownLines(`${sql};`, dialect)).map((line) => comment(`  ${line}`)),
  ];
}

/** The same for programs. */
export function repairJson({ parts, undecided }: Repair): NonNullable<Documents['check']['repair']> {
  return {
    parts: parts.map(({ transaction, groups }) => ({ transaction, statements: sqlOf(groups) })),
    undecided: undecided.map(({ reason, problem, groups }) => ({
      change: reason,
      problem,
      statements: sqlOf(groups),
    })),
  };
}

function sqlOf(groups: readonly StatementGroup[]): readonly string[] {
  return groups.flatMap(({ statements }) => statements.map(({ sql }) => sql));
}
