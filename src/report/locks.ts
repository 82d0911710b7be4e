/** Which locks a revision takes on tables of PostgreSQL, from its statements alone. */

import type { Parser } from '../databases/postgres/parse/parser.js';
import type { Node } from 'libpg-query';
import { relationName } from '../databases/postgres/parse/names.js';
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
  /** Null where the statements name only an index of it. */
  readonly table: string | null;
  /** The index, where the table is not named. */
  readonly index?: string;
  readonly mode: Mode;
}

/** Which other work has to wait for a lock. */
export const BLOCKS: Readonly<Record<Mode, string>> = {
  'ROW EXCLUSIVE': 'neither reads nor writes',
  'SHARE UPDATE EXCLUSIVE': 'neither reads nor writes',
  SHARE: 'writes',
  'SHARE ROW EXCLUSIVE': 'writes',
  'ACCESS EXCLUSIVE': 'reads and writes',
};

/** The strongest lock on each table, in the order of the statements. Tables that the statements create are left out. */
export function locksOf(parser: Parser, statements: readonly string[]): readonly StatementLock[] {
  const created = new Set<string>();
  const found = new Map<string, StatementLock>();
  const add = (one: StatementLock) => {
    if (one.table !== null && created.has(one.table)) return;
    const key = one.table ?? `index ${one.index ?? ''}`;
    const before = found.get(key);
    if (before === undefined || MODES.indexOf(before.mode) < MODES.indexOf(one.mode)) found.set(key, one);
  };
  for (const sql of statements) {
    const { actions } = readStatement(parser, sql);
    for (const action of actions) if (action.kind === 'create-table') created.add(action.table);
    for (const one of [...lockStatements(parser, sql), ...actions.flatMap(locksIn)]) add(one);
  }
  return [...found.values()];
}

/** Whether a block among the statements makes the texts that it executes, so that what they lock is not known. */
export function hasMadeStatements(statements: readonly string[]): boolean {
  return statements.some((sql) => /^\s*(?:--[^\n]*\n\s*)*DO\b/i.test(sql) && /\bEXECUTE\b/i.test(sql));
}

/** LOCK TABLE, in a block too. */
function lockStatements(parser: Parser, sql: string): readonly StatementLock[] {
  const texts = [sql, ...(parser.parseBlock(sql)?.queries ?? [])];
  return texts.flatMap((text) => {
    const parsed = parser.parse(text);
    return parsed.kind === 'parsed' ? parsed.nodes.flatMap(lockedBy) : [];
  });
}

/** The parser numbers the modes from ACCESS SHARE, 1, to ACCESS EXCLUSIVE, 8. */
const NUMBERED: Readonly<Record<number, Mode>> = {
  3: 'ROW EXCLUSIVE',
  4: 'SHARE UPDATE EXCLUSIVE',
  5: 'SHARE',
  6: 'SHARE ROW EXCLUSIVE',
  7: 'ACCESS EXCLUSIVE',
  8: 'ACCESS EXCLUSIVE',
};

function lockedBy(node: Node): readonly StatementLock[] {
  if (!('LockStmt' in node)) return [];
  const { relations = [], mode = 8 } = node.LockStmt;
  const found = NUMBERED[mode];
  if (found === undefined) return [];
  return relations.flatMap((one) => ('RangeVar' in one ? [lock(relationName(one.RangeVar), found)] : []));
}

function lock(table: string, mode: Mode = 'ACCESS EXCLUSIVE'): StatementLock {
  return { table, mode };
}

function ofIndex(index: string, mode: Mode = 'ACCESS EXCLUSIVE'): StatementLock {
  return { table: null, index, mode };
}

/** What changes only part of a table, or none of it. */
function locksIn(action: Action): readonly StatementLock[] {
  switch (action.kind) {
    case 'create-table':
      return createLocks(action);
    case 'create-index':
      return [lock(action.table, action.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE')];
    case 'drop-index':
      return [ofIndex(action.name, action.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE')];
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
    ...all.flatMap(({ references }) =>
      references === null ? [] : [lock(references, 'SHARE ROW EXCLUSIVE')],
    ),
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
  if (action.kind === 'reindex') return [ofIndex(action.name)];
  return 'table' in action && action.table !== null ? [lock(action.table)] : [];
}
