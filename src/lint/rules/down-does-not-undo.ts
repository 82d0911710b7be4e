import type { KnownSchema } from '../replay/known-schema.js';
import type { Implied } from '../replay/imply.js';
import { differencesOf, inventoriesOf, lastChange, type Inventory, type Item } from '../replay/inventory.js';
import {
  BOTH,
  inTraffic,
  type DatabaseTraces,
  type GroupContext,
  type LocatedReport,
  type Rule,
} from '../rule.js';
import { isReadable, type LintGroup, type LintStatement } from '../read-revisions.js';
import type { Action } from '../sql/action.js';
import type { Traces, TraceStep } from '../replay/trace.js';
import { inverseOf } from '../advice/inverse.js';
import { quotePath } from '../../sql/quote.js';

/** Up and down again is another schema than before. */
export const downDoesNotUndo: Rule = {
  id: 'down-does-not-undo',
  directions: BOTH,
  scope: 'group',
  check: (context: GroupContext) =>
    inTraffic(context)
      .filter(({ database }) => isReadable(context.group, database.name))
      .flatMap((one) => [...schemaReports(one.traces), ...dataReports(context.group, one)]),
};

const NONE: Inventory = new Map();

/** Something that differs from before, and the statement that changed it. */
interface Leftover {
  readonly step: TraceStep;
  readonly words: string;
}

function schemaReports(traces: Traces): readonly LocatedReport[] {
  const leftovers = leftoversOf(traces);
  const statements = [...new Set(leftovers.map(({ step }) => step.statement))];
  return statements.map((statement) =>
    reportOn(
      statement,
      leftovers.filter(({ step }) => step.statement === statement),
    ),
  );
}

function reportOn(statement: LintStatement, leftovers: readonly Leftover[]): LocatedReport {
  const words = leftovers.map((leftover) => leftover.words).join('; ');
  if (statement.direction === 'down')
    return { statement, message: `The way down does more than undo: ${words}.`, replacement: null };
  const steps = [...new Set(leftovers.map(({ step }) => step))];
  const inverses = steps.reverse().flatMap(({ action, after }) => inverseOf(action, after) ?? []);
  return {
    statement,
    message: `After the way down ${words}.`,
    replacement: inverses.length === 0 ? null : inverses.map((sql) => `${sql};`).join('\n'),
  };
}

function leftoversOf({ up, down }: Traces): readonly Leftover[] {
  const isOpaque = up.steps.some(({ action }) => action.kind === 'other' || action.kind === 'block');
  const start = isOpaque ? up.base : behind(up.base, down.implied);
  const [base = NONE, top = NONE, end = NONE] = inventoriesOf(start, down.base, down.end);
  const keys = differencesOf(base, end).filter(wrongIfThere(start, { up, down }));
  return keys.flatMap((key) => {
    const [was, above, is] = [base.get(key), top.get(key), end.get(key)];
    const changedUp = was?.value !== above?.value;
    const isUnknown = was === undefined && (above ?? is)?.isProperty === true;
    if (isUnknown && (!changedUp || is?.value !== above?.value)) return [];
    if (!changedUp && isOpaque) return [];
    const step = lastChange(changedUp ? up.steps : down.steps, key);
    return step ? [{ step, words: wordsFor(was, is) }] : [];
  });
}

/** What IF EXISTS speaks of was there or was not: only what is wrong in both cases is. */
function wrongIfThere(start: KnownSchema, { up, down }: Traces): (key: string) => boolean {
  if (up.possible.length === 0) return () => true;
  const [fuller = NONE, again = NONE] = inventoriesOf(behind(start, up.possible), down.end);
  const differ = new Set(differencesOf(fuller, again));
  return (key) => differ.has(key);
}

function behind(schema: KnownSchema, implied: readonly Implied[]): KnownSchema {
  return implied.reduce((known, imply) => imply(known), schema);
}

function wordsFor(was: Item | undefined, is: Item | undefined): string {
  if (was === undefined) return `${is?.words ?? ''} is still there`;
  return is === undefined ? `${was.words} is missing` : `${is.words} differs from before`;
}

/** Rows that were written by hand, and nothing on the way down. */
function dataReports(
  group: LintGroup,
  { database, traces: { up } }: DatabaseTraces,
): readonly LocatedReport[] {
  const emptyDown = new Set(
    group.filter(({ statements }) => statements[database.name].down.length === 0).map(({ id }) => id),
  );
  const written = up.steps.filter(
    (step) => emptyDown.has(step.statement.revision) && isUndoneByNobody(step.action, up.steps),
  );
  return written.map(({ statement, action }) => ({
    statement,
    message: `The way down is empty, so it keeps what this ${action.kind === 'write' ? `${action.verb} does to ${quotePath(action.table)}` : 'does'}.`,
    replacement:
      action.kind === 'write' && action.verb === 'INSERT'
        ? `DELETE FROM ${quotePath(action.table)} WHERE <the rows that it inserts>;`
        : null,
  }));
}

/** What is written into a table or a column that the group itself makes goes with it. */
function isUndoneByNobody(action: Action, steps: readonly TraceStep[]): boolean {
  if (action.kind !== 'write' || action.inBlock) return false;
  const isMade = ({ action: other }: TraceStep) =>
    other.kind === 'create-table' && other.table === action.table;
  const isAdded = (column: string) =>
    steps.some(
      ({ action: other }) =>
        other.kind === 'add-column' && other.table === action.table && other.column.name === column,
    );
  const isRequired = (column: string) =>
    steps.some(
      ({ action: other }) =>
        other.kind === 'set-not-null' && other.table === action.table && other.column === column,
    );
  if (steps.some(isMade)) return false;
  // Without nulls to be found again, what fills them cannot be taken back.
  const isFilled = action.hasWhere && action.columns.every(isRequired);
  return action.verb !== 'UPDATE' || !(isFilled || action.columns.every(isAdded));
}
