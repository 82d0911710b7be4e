/** Applies the statements of all revisions to a schema, one after the other, with the schema before each. */

import type { DialectName } from '../../databases/registry.js';
import { applyAction, isThere } from './apply.js';
import { implied, impliedOwner, type Implied } from './imply.js';
import type { KnownSchema } from './known-schema.js';
import { statementsIn, type LintGroup, type LintStatement } from '../read-revisions.js';
import type { Action } from '../sql/action.js';

/** What a group has made until here; on the way down, also what it makes on the way up. No running code knows it. */
interface Made {
  /** Tables and materialized views. */
  readonly newTables: ReadonlySet<string>;
  /** As `table.column`. */
  readonly newColumns: ReadonlySet<string>;
  /** Enumerated types. */
  readonly newTypes: ReadonlySet<string>;
}

/** One action of a statement, and the schema around it. */
export interface TraceStep extends Made {
  readonly statement: LintStatement;
  readonly action: Action;
  readonly before: KnownSchema;
  readonly after: KnownSchema;
}

/** What the statements of a group come to, one way, in one dialect. */
export interface Trace {
  /** The schema before, with what its statements tell about it. */
  readonly base: KnownSchema;
  readonly end: KnownSchema;
  readonly steps: readonly TraceStep[];
  /** What its statements need to be there; IF EXISTS needs nothing. */
  readonly implied: readonly Implied[];
  /** What IF EXISTS takes away if it is there. */
  readonly possible: readonly Implied[];
  readonly made: Made;
}

/** The ways of a group in one dialect. */
export interface Traces {
  readonly up: Trace;
  readonly down: Trace;
}

const NOTHING_MADE: Made = { newTables: new Set(), newColumns: new Set(), newTypes: new Set() };

/** Goes through the statements of a group, up from a schema and down again. */
export function traceGroup(group: LintGroup, dialect: DialectName, schema: KnownSchema): Traces {
  const up = trace(statementsIn(group, dialect, 'up'), schema, NOTHING_MADE);
  return { up, down: trace(statementsIn(group, dialect, 'down'), up.end, up.made) };
}

/** The schema after a group. */
export function schemaAfter(group: LintGroup, dialect: DialectName, schema: KnownSchema): KnownSchema {
  return trace(statementsIn(group, dialect, 'up'), schema, NOTHING_MADE).end;
}

function trace(statements: readonly LintStatement[], schema: KnownSchema, madeBefore: Made): Trace {
  let [base, end, made] = [schema, schema, madeBefore];
  const steps: TraceStep[] = [];
  const all: Implied[] = [];
  const possible: Implied[] = [];
  for (const statement of statements)
    for (const action of statement.facts.actions) {
      const imply = implied(end, action);
      const sure = 'ifExists' in action ? impliedOwner(end, action) : imply;
      if ('ifExists' in action) possible.push(imply);
      all.push(sure);
      base = sure(base);
      const before = imply(end);
      end = applyAction(before, action);
      steps.push({ statement, action, before, after: end, ...made });
      if (!isThere(before, action)) made = madeAfter(made, action);
    }
  return { base, end, steps, implied: all, possible, made };
}

function madeAfter(made: Made, action: Action): Made {
  switch (action.kind) {
    case 'create-table':
      return { ...made, newTables: new Set([...made.newTables, action.table]) };
    case 'create-object':
      return action.object === 'materialized view'
        ? { ...made, newTables: new Set([...made.newTables, action.name]) }
        : made;
    case 'rename-table':
      return { ...made, newTables: renamed(made.newTables, action.table, action.to) };
    case 'add-column':
      return { ...made, newColumns: new Set([...made.newColumns, `${action.table}.${action.column.name}`]) };
    case 'rename-column': {
      const { table, column, to } = action;
      return { ...made, newColumns: renamed(made.newColumns, `${table}.${column}`, `${table}.${to}`) };
    }
    case 'create-enum':
      return { ...made, newTypes: new Set([...made.newTypes, action.name]) };
    case 'rename-type':
      return { ...made, newTypes: renamed(made.newTypes, action.name, action.to) };
    default:
      return made;
  }
}

/** A renamed object, if it is among the names; it keeps its former name too, which is unique. */
function renamed(names: ReadonlySet<string>, from: string, to: string): ReadonlySet<string> {
  return names.has(from) ? new Set([...names, to]) : names;
}
