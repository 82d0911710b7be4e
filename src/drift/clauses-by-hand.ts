/** Clauses of a constraint that no decorator has: one that a revision written by hand gave is unmanaged. */

import { isMentionedByHand } from '../migrator/origin.js';
import { CANNOT_DECLARE, type Uncomparable, type UnmanagedObject } from '../schema/model.js';
import type { CheckSubject } from './subject.js';

/** The clauses that a revision gave, and what stays uncomparable. */
interface Clauses {
  readonly unmanaged: readonly UnmanagedObject[];
  readonly uncomparable: readonly Uncomparable[];
}

/** Separates the clauses that a revision written by hand gave from what only the database has. */
export function clausesByHand(found: readonly Uncomparable[], subject: CheckSubject): Clauses {
  const given = found.filter((one) => isGiven(one, subject));
  const places = given.map(({ table, object, live }) => [table, object, clauseIn(live)].join('.'));
  return {
    unmanaged: [...new Set(places)].map((object) => ({ kind: 'part-option', object })),
    uncomparable: found.filter((one) => !given.includes(one)),
  };
}

function isGiven({ object, live, reason }: Uncomparable, { access, database }: CheckSubject): boolean {
  const clause = clauseIn(live);
  if (clause === '' || !reason.startsWith(CANNOT_DECLARE)) return false;
  return isMentionedByHand(access.project().revisions, database.name, [object, clause]);
}

const CLAUSE = /\b(?:WITHOUT OVERLAPS|PERIOD|NO INHERIT|NOT VALID)\b/i;

function clauseIn(definition: string | null): string {
  return CLAUSE.exec(definition ?? '')?.[0] ?? '';
}
