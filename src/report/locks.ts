/** Which locks a revision takes on tables of PostgreSQL, from its statements alone. */

import type { Parser } from '../databases/postgres/parse/parser.js';
import type { Action, ConstraintFact } from '../lint/sql/action.js';
import { readStatement } from '../lint/sql/read-statement.js';

/**
 * Modes as PostgreSQL calls them, from the weakest to the strongest.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
const MODES = [
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

/** A mode of a lock on a table. */
type Mode = (typeof MODES)[number];

/** The strongest lock on one table. */
export interface StatementLock {
  /** Null where the statements do not name the table. */
  readonly table: string | null;
  readonly mode: Mode;
}

/** Which other work has to wait for a lock. */
export const BLOCKS: Readonly<Record<Mode, string>> = {
  'ROW EXCLUSIVE': 'no reads and no writes',
  'SHARE UPDATE EXCLUSIVE': 'no reads and no writes',
  SHARE: 'writes',
  'SHARE ROW EXCLUSIVE': 'writes',
  'ACCESS EXCLUSIVE': 'reads and writes',
};

/** The strongest lock on each table, in the order of the statements. Tables that the statements create are left out. */
export function locksOf(parser: Parser, statements: readonly string[]): readonly StatementLock[] {
  const created = new Set<string>();
  const found = new Map<string | null, Mode>();
  for (const action of statements.flatMap((sql) => readStatement(parser, sql).actions)) {
    if (action.kind === 'create-table') created.add(action.table);
    for (const { table, mode } of locksIn(action)) {
      if (table !== null && created.has(table)) continue;
      const before = found.get(table);
      if (before === undefined || MODES.indexOf(before) < MODES.indexOf(mode)) found.set(table, mode);
    }
  }
  return [...found].map(([table, mode]) => ({ table, mode }));
}

function lock(table: string | null, mode: Mode = 'ACCESS EXCLUSIVE'): StatementLock {
  return { table, mode };
}

/** What changes only part of a table, or none of it. */
function locksIn(action: Action): readonly StatementLock[] {
  switch (action.kind) {
    case 'create-table':
      return createLocks(action);
    case 'create-index':
      return [lock(action.table, action.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE')];
    case 'drop-index':
      return [lock(null, action.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE')];
    case 'write':
      return [lock(action.table, 'ROW EXCLUSIVE')];
    case 'validate-constraint':
    case 'set-comment':
      return [lock(action.table, 'SHARE UPDATE EXCLUSIVE')];
    case 'add-constraint':
      return constraintLocks(action.table, action.constraint);
    case 'truncate':
      return action.tables.map((table) => lock(table));
    case 'add-parent':
      return [lock(action.parent, 'SHARE UPDATE EXCLUSIVE'), lock(action.table)];
    case 'drop-parent':
      return [lock(action.parent), lock(action.table)];
    case 'create-object':
      return action.table === null ? [] : [lock(action.table, 'SHARE ROW EXCLUSIVE')];
    case 'drop-object':
      return action.table === null ? [] : [lock(action.table)];
    default:
      return wholeLocks(action);
  }
}

type CreateTable = Extract<Action, { readonly kind: 'create-table' }>;

/** The table itself is new; what it refers to and what it belongs to is not. */
function createLocks({ parents, isPartition, columns, constraints }: CreateTable): readonly StatementLock[] {
  const parentMode = isPartition ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
  const all = [...constraints, ...columns.flatMap((column) => column.constraints)];
  return [
    ...parents.map((parent) => lock(parent, parentMode)),
    ...all.flatMap(({ references }) => (references === null ? [] : [lock(references, 'SHARE ROW EXCLUSIVE')])),
  ];
}

function constraintLocks(table: string, { references }: ConstraintFact): readonly StatementLock[] {
  if (references === null) return [lock(table)];
  return [lock(table, 'SHARE ROW EXCLUSIVE'), lock(references, 'SHARE ROW EXCLUSIVE')];
}

/** Every other form of ALTER TABLE and of DROP counts as the strongest lock. */
function wholeLocks(action: Action): readonly StatementLock[] {
  if (action.kind === 'add-column') {
    const references = action.column.constraints.flatMap(({ references: to }) => (to === null ? [] : [to]));
    return [lock(action.table), ...references.map((to) => lock(to, 'SHARE ROW EXCLUSIVE'))];
  }
  if (action.kind === 'reindex') return [lock(null)];
  return 'table' in action ? [lock(action.table)] : [];
}
