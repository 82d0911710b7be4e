import type { Change } from '../../schema/change.js';
import { diff } from '../../schema/diff.js';
import type { SchemaModel } from '../../schema/model.js';
import { normalise } from '../../schema/normalise.js';
import type { Said, StatementGroup } from '../move.js';
import type { PostgresContext } from './context.js';
import { withDependents } from './dependents.js';
import { withShortFurtherWaits } from './further-locks.js';
import { movesOf } from './moves.js';
import { STAGES, type Move } from './move.js';
import { PostgresNames } from './sql.js';
import { hasSteadyKey } from './steady.js';
import { createSchemas } from './tables.js';

/** What PostgreSQL does in one revision. */
export interface PostgresPart {
  /** Of its moves; the two ways run through them in opposite order. */
  readonly stage: number;
  readonly transaction: boolean;
  /** Of a part that is one statement: what it is about. */
  readonly subject: string | undefined;
  readonly up: readonly StatementGroup[];
  readonly down: readonly StatementGroup[];
  /** What it is made for. */
  readonly changes: readonly Change[];
}

/** What rendering needs besides the two schemas. */
export interface PostgresRendering {
  readonly said: Said;
  readonly defaultSchema: string;
  /** Whether an expression is another value for each row. */
  readonly isVolatile: (sql: string) => boolean;
  /** What was renamed before `from` was read: the first thing that is done. */
  readonly renames: readonly Move[];
}

/** Renders what leads from one schema to the other, in as few revisions as being online takes. */
export function renderPostgres(
  sides: { readonly from: SchemaModel; readonly to: SchemaModel },
  rendering: PostgresRendering,
): readonly PostgresPart[] {
  const { from, to } = sides;
  const context: PostgresContext = {
    ...rendering,
    ...sides,
    names: new PostgresNames(rendering.defaultSchema),
    isKeySteady: (foreignKey) => hasSteadyKey(sides, foreignKey),
  };
  const changes = withDependents(diff(normalise(from), normalise(to)), sides);
  const ordered = inOrderOf(to, changes);
  const moves = ordered.flatMap((change) => movesOf(context, change));
  return partsOf([...rendering.renames, ...createSchemas(context), ...moves]);
}

/** A diff is sorted by name; columns are created as the entity lists them. */
function inOrderOf(to: SchemaModel, changes: readonly Change[]): readonly Change[] {
  const full = new Map(to.tables.map((table) => [table.name, table]));
  const position = (change: Change) =>
    change.kind === 'add-column'
      ? (full.get(change.table)?.columns.findIndex(({ name }) => name === change.object) ?? 0)
      : -1;
  const withColumns = changes.map((change) =>
    change.kind === 'create-table'
      ? { ...change, desired: full.get(change.table) ?? change.desired }
      : change,
  );
  return withColumns
    .map((change, index) => ({ change, index }))
    .sort((a, b) =>
      a.change.kind === 'add-column' && b.change.kind === 'add-column' && a.change.table === b.change.table
        ? position(a.change) - position(b.change)
        : a.index - b.index,
    )
    .map(({ change }) => change);
}

/** Moves of one stage are one revision, but for those that stand alone. */
function partsOf(moves: readonly Move[]): readonly PostgresPart[] {
  const stages = [...new Set(moves.map(({ stage }) => stage))].sort((a, b) => a - b);
  const slots = stages.flatMap((stage) => {
    const own = moves.filter((move) => move.stage === stage);
    const shared = own.filter(({ alone }) => !alone).sort((a, b) => a.rank - b.rank);
    const single = own.filter(({ alone }) => alone).map((move) => [move]);
    return shared.length === 0 ? single : [shared, ...single];
  });
  return joined(slots).map(partOf);
}

/** What comes before the main part and may be done in its transaction is done there. */
function joined(slots: readonly (readonly Move[])[]): readonly (readonly Move[])[] {
  const [first, second, ...rest] = slots;
  if (!first || !second || !mayJoin(first, second)) {
    return first ? [first, ...joined(slots.slice(1))] : [];
  }
  return joined([[...first, ...second], ...rest]);
}

/** A new value of an enumerated type may not be used in the transaction that adds it. */
function mayJoin(first: readonly Move[], second: readonly Move[]): boolean {
  const isEarly = first.every(({ stage, alone }) => stage <= STAGES.values && !alone);
  if (!isEarly || second.some(({ stage, alone }) => stage > STAGES.main || alone)) return false;
  const values = first
    .flatMap(({ up }) => up)
    .flatMap((sql) => / ADD VALUE ('(?:[^']|'')*')/.exec(sql)?.[1] ?? []);
  return !second.flatMap(({ up }) => up).some((sql) => values.some((value) => sql.includes(value)));
}

function partOf(moves: readonly Move[]): PostgresPart {
  const [first] = moves;
  return {
    stage: moves.find(({ stage }) => stage === STAGES.main)?.stage ?? first?.stage ?? STAGES.main,
    transaction: !(first?.alone ?? false),
    subject: first?.subject,
    up: inTransaction(moves.map(({ reason, up }) => ({ reason, statements: up }))),
    down: inTransaction(
      [...moves]
        .reverse()
        .map(({ reason, reasonBack, down }) => ({ reason: reasonBack ?? reason, statements: down })),
    ),
    changes: moves.flatMap(({ change }) => change ?? []),
  };
}

/** What is said of locks stands in the group of the statement that it precedes. */
function inTransaction(groups: readonly StatementGroup[]): readonly StatementGroup[] {
  const all = grouped(groups);
  const statements = all.flatMap((group) => group.statements);
  const left = [...withShortFurtherWaits(statements)];
  return all.map((group) => ({
    ...group,
    statements: group.statements.flatMap((sql) => left.splice(0, left.indexOf(sql) + 1)),
  }));
}

/** What follows each other for one reason is said once. */
function grouped(groups: readonly StatementGroup[]): readonly StatementGroup[] {
  const result: StatementGroup[] = [];
  for (const group of groups.filter(({ statements }) => statements.length > 0)) {
    const last = result.at(-1);
    if (last?.reason === group.reason)
      result[result.length - 1] = { ...last, statements: [...last.statements, ...group.statements] };
    else result.push(group);
  }
  return result;
}
