import { expect } from 'chai';
import type { DriftReport } from '../../../../src/drift/drift-report.js';

/** One change behind the back of the entities, and the one line that a report on it consists of. */
export interface SeededChange {
  readonly title: string;
  readonly sql: readonly string[];
  /** `kind table.object (aspects)`; an enumerated type has no table. */
  readonly reported: string;
  /** The first version of PostgreSQL that has such a thing. */
  readonly since?: number;
}

/** A table of cases in short: title, SQL, and what is reported. */
export function seeded(title: string, sql: string | readonly string[], reported: string): SeededChange {
  return { title, sql: [sql].flat(), reported };
}

/** Each change of a report in one line. */
export function linesOf({ changes }: Pick<DriftReport, 'changes'>): readonly string[] {
  return changes.map((change) => {
    const aspects = 'aspects' in change ? ` (${change.aspects.join(', ')})` : '';
    return `${change.kind} ${change.table === '' ? '' : `${change.table}.`}${change.object}${aspects}`;
  });
}

/** Nothing is reported but this. */
export function expectOnly(report: DriftReport, { reported }: Pick<SeededChange, 'reported'>): void {
  expect({ ...report, changes: linesOf(report) }).to.deep.include({
    status: 'drifted',
    changes: [reported],
    uncomparable: [],
    unmanaged: [],
  });
}
