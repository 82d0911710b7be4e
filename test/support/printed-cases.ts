import { COLUMN_CASES } from '../unit/lint/cases/columns.js';
import { CONSTRAINT_CASES } from '../unit/lint/cases/constraints.js';
import { LOSS_CASES } from '../unit/lint/cases/loss.js';
import { STATEMENT_CASES } from '../unit/lint/cases/statements.js';
import { STORAGE_CASES } from '../unit/lint/cases/storage.js';
import { TYPE_CASES } from '../unit/lint/cases/types.js';
import { UNDO_CASES } from '../unit/lint/cases/undo.js';
import { WRITE_CASES } from '../unit/lint/cases/writes.js';
import type { Bad, Place } from '../unit/lint/cases/case.js';

/** A case of a rule with what lint prints for it. */
export interface PrintedCase extends Pick<Bad, 'title' | 'group'> {
  readonly rule: string;
  readonly at: Place;
  readonly replacement: string;
  /** Whether it is to empty the table. */
  readonly emptied: boolean;
}

/** Every case with a replacement, of PostgreSQL. */
export function printedCases(): readonly PrintedCase[] {
  const all = {
    ...CONSTRAINT_CASES,
    ...COLUMN_CASES,
    ...TYPE_CASES,
    ...LOSS_CASES,
    ...STATEMENT_CASES,
    ...WRITE_CASES,
    ...UNDO_CASES,
    ...STORAGE_CASES,
  };
  return Object.entries(all).flatMap(([rule, { bad }]) =>
    bad.flatMap(({ title, group, replacement, at = {} }) => {
      if (replacement === null || at.dialect === 'sqlite' || isOfExtension(group)) return [];
      const place = { revision: 1, dialect: 'postgres', direction: 'up', statement: 1, ...at } as const;
      const emptied =
        /^(TRUNCATE|DROP TABLE "jobs"|-- lint-allow drop-table)|DELETE FROM (ONLY %1\$s AS )?"jobs"/m.test(
          replacement,
        );
      return [{ rule, title, group, at: place, replacement, emptied }];
    }),
  );
}

/** PostGIS, which the server of the tests does not have. */
function isOfExtension(group: unknown): boolean {
  return JSON.stringify(group).includes(' geometry(');
}

/** Whether a statement is the one that a finding is about. */
export function isLocated(
  at: Place,
  {
    index,
    number,
    direction,
  }: { readonly index: number; readonly number: number; readonly direction: string },
): boolean {
  return at.revision === index + 1 && at.statement === number + 1 && at.direction === direction;
}
