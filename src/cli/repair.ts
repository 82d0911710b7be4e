import type { DataSource } from 'typeorm';
import type { StatementGroup } from '../databases/planning.js';
import { databaseNamed, type DialectName } from '../databases/registry.js';
import type { AcceptedDrift } from '../drift/accepted/accepted-file.js';
import type { DriftReport } from '../drift/drift-report.js';
import { RepairRefusedError } from '../errors/accepted-drift.js';
import type { Repair, UndecidedRepair } from '../generate/repair/plan-repair.js';
import { listRevisions } from '../migrator/revision.js';
import { NEXT_LINE, printed, type Statement } from '../sql/statement.js';
import { shownLines } from '../sql/text.js';
import type { Documents } from './documents/index.js';

/** Plans what would remove the rest of the drift. @throws RepairRefusedError while revisions are pending */
export async function repairFor(
  dataSource: DataSource,
  { pending }: DriftReport,
  accepted: AcceptedDrift | undefined,
): Promise<Repair> {
  const recorded = listRevisions(dataSource).length > pending.length;
  if (recorded && pending.length > 0) throw new RepairRefusedError(pending);
  const { planRepair } = await import('../generate/repair/plan-repair.js');
  return planRepair(dataSource, accepted);
}

/** The statements as a script; what a person decides about is a comment. */
export function repairLines({ parts, undecided }: Repair, dialect: DialectName): readonly string[] {
  const { title } = databaseNamed(dialect);
  if (parts.length + undecided.length === 0) return ['-- No statement is needed.'];
  return [
    `-- ${title}: nothing was executed, and these statements are not verified. Read them before you run them.`,
    ...parts.flatMap(({ transaction, groups }) => [
      '',
      ...(transaction ? ['BEGIN;'] : ['-- Outside a transaction:']),
      ...groups.flatMap((group) => groupLines(group, dialect)),
      ...(transaction ? ['COMMIT;'] : []),
    ]),
    ...(undecided.length === 0
      ? []
      : ['', '-- You decide about the following. It is not part of the script.']),
    ...undecided.flatMap((one) => undecidedLines(one, dialect)),
  ];
}

function groupLines({ reason, statements }: StatementGroup, dialect: DialectName): readonly string[] {
  return [`-- ${reason}`, ...statements.flatMap((one) => statementLines(one, dialect))];
}

function statementLines(statement: Statement, dialect: DialectName): readonly string[] {
  return shownLines(`${printed(statement).replaceAll(NEXT_LINE, '\n')};`, dialect);
}

function undecidedLines(
  { reason, problem, groups }: UndecidedRepair,
  dialect: DialectName,
): readonly string[] {
  const statements = groups.flatMap((group) => group.statements);
  return [
    `-- ${reason} (${problem})`,
    ...statements.flatMap(({ sql }) => shownLines(`${sql};`, dialect)).map((line) => `--   ${line}`),
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
