import type { Change } from '../../../schema/change.js';
import type { SchemaModel } from '../../../schema/model.js';
import type {
  ConfirmedValues,
  LostDependent,
  PlannedPart,
  PlanReading,
  StatementGroup,
} from '../../planning.js';
import { computedRecords } from '../../computed-records.js';
import type { ExpressionParts, SqlLiteral } from '../../sql-reader.js';
import { attachedOperations } from './attached/operations.js';
import { lostIdentities, propertyOperations } from './attached/part-properties.js';
import { lostDependents } from './attached/touched.js';
import type { PostgresContext } from './context.js';
import { withDependents } from './dependents.js';
import { createExtensions } from './extensions.js';
import { withShortFurtherWaits } from './further-locks.js';
import { columnsOfLost } from './lost-values.js';
import { operationsOf } from './operations.js';
import { comparePhases, PHASES } from '../../phases.js';
import { compareSteps, type Operation } from './operation.js';
import { withIndexes } from './own-indexes.js';
import { renameOperations, type BridgedReading } from './renames.js';
import { freeHelperName, takenNames } from './helper-check.js';
import { PostgresNames } from './sql.js';
import { sqlReader } from './sql-reader.js';

import { hasUnchangedKey, isMadeOf } from './coexistence.js';
import { createSchemas } from './tables.js';
import { computedWords } from './view-records.js';
import { costOfRetyping } from './type-cost.js';
import { isRetyped } from './type-dependents.js';
import { withViews } from './views.js';

/**
 * Renders what leads from one schema to the other, in as few revisions as an online change requires.
 *
 * @param beside work for a release that does not know the change; default none
 */
export function renderPostgres(
  reading: BridgedReading,
  confirmed: ConfirmedValues,
  beside: (context: PostgresContext) => readonly Operation[] = () => [],
): readonly PlannedPart[] {
  const context = contextOf(reading, confirmed);
  const { names, changes } = context;
  const operations = inOrderOf(reading.to, changes).flatMap((change) => operationsOf(context, change));
  const [own, around] = [propertyOperations(context), attachedOperations(context)];
  const foreign = foreignTables(reading).map((table) => names.path(table));
  const parts = splitPhases(foreign, [
    ...renameOperations(reading, names),
    ...own.first,
    ...around.first,
    ...createExtensions(context),
    ...createSchemas(context),
    ...operations,
    ...beside(context),
    ...own.last,
    ...around.last,
    ...recordOperations(reading, names),
  ]);
  return withViews(parts, reading, names);
}

/** What operations need beside a change. */
export function contextOf(reading: PlanReading, confirmed: ConfirmedValues): PostgresContext {
  const { from, to, defaultSchema, ownIndexes, facts } = reading;
  const foreign = foreignTables(reading);
  return {
    ...{ confirmed, sequences: facts.sequences, attached: facts.attached },
    names: new PostgresNames(defaultSchema, facts.properties),
    changes: allChanges(reading, confirmed),
    ...{ properties: facts.properties, types: facts.types, installed: facts.installed },
    isForeign: (table) => foreign.includes(table),
    takesUnvalidated: facts.takesUnvalidated ?? true,
    from: withIndexes(from, ownIndexes),
    to: withIndexes(to, ownIndexes),
    isVolatile: (sql) => isVolatile(sql, facts.volatileFunctions),
    helperName: (table, column) => freeHelperName(column, takenNames(table, [from, to], facts)),
    isKeyUnchanged: (foreignKey) => hasUnchangedKey({ from, to }, foreignKey),
  };
}

/** PostgreSQL refuses LOCK TABLE for them. */
function foreignTables({ specials = [] }: PlanReading): readonly string[] {
  return specials.filter(({ kind }) => kind === 'foreign table').map(({ name }) => name);
}

/** TypeORM's records of computed columns: last in the main part, and the first that `down` restores. */
function recordOperations(reading: PlanReading, names: PostgresNames): readonly Operation[] {
  const { up, down } = computedRecords(reading, computedWords(reading, names));
  const [first] = up;
  if (!first) return [];
  const statements = (groups: readonly StatementGroup[]) => groups.flatMap((group) => group.statements);
  const main = { phase: 'main', step: 'attach', alone: false, reason: first.reason } as const;
  return [{ ...main, up: statements(up), down: statements(down) }];
}

/** The objects that depend on its changes and that cannot be created again. */
export function objectsLost(reading: PlanReading, confirmed: ConfirmedValues): readonly LostDependent[] {
  const { from, to, facts } = reading;
  const sides = { from, to, changes: allChanges(reading, confirmed) };
  const identities = lostIdentities(facts.properties, sides).map(({ table, name }) => ({
    object: { kind: 'replica identity', name },
    words: `replica identity of ${table}`,
    change: `the index ${name} is dropped or no longer identifies rows`,
    reason: `${table} needs another one first: ALTER TABLE ... REPLICA IDENTITY`,
  }));
  return [...lostDependents(facts.attached, sides), ...identities];
}

/** Names of the indexes that it builds; the others stay unchanged. */
export function indexesBuilt(reading: PlanReading, confirmed: ConfirmedValues): ReadonlySet<string> {
  const built = allChanges(reading, confirmed).filter(({ kind }) => BUILDS_INDEX.test(kind));
  const ofTables = built.map(({ table, object }) => (object === '' ? `${table}_pkey` : object));
  const moved = [...reading.changes.filter(isMoved), ...columnsOfLost(reading)].flatMap((change) =>
    indexesOver(change, reading),
  );
  return new Set([...ofTables, ...moved, ...reading.changes.flatMap(builtOnView)]);
}

/** Whether a change of type rewrites its table, or goes by way of a second column. */
function isMoved(change: Change): boolean {
  return (
    isRetyped(change) && costOfRetyping({ from: change.live, to: change.desired }, undefined).work === 'heap'
  );
}

/** A second column has indexes of its own, which take the names of those of the first. */
function indexesOver(
  { table, object }: Pick<Change, 'table' | 'object'>,
  { from }: PlanReading,
): readonly string[] {
  const found = from.tables.find(({ name }) => name === table);
  const keys = [...(found?.primaryKey ? [found.primaryKey] : []), ...(found?.uniques ?? [])];
  return [...keys, ...(found?.indexes ?? [])]
    .filter((part) => isMadeOf(part, object))
    .map(({ name }) => name ?? '');
}

/** Readers of a materialized view go on while an index is built: only REFRESH waits. */
function builtOnView(change: Change): readonly string[] {
  if (change.kind !== 'alter-view' || !change.aspects.includes('indexes')) return [];
  const kept = new Set(change.live.indexes.map((index) => JSON.stringify(index)));
  return change.desired.indexes.filter((index) => !kept.has(JSON.stringify(index))).map(({ name }) => name);
}

const BUILDS_INDEX = /^(add|alter)-(index|unique|primary-key|exclusion)$/;

/** The comparison, and what is dropped and created again because of it. */
function allChanges(
  { changes, from, to, ownIndexes }: PlanReading,
  confirmed: ConfirmedValues,
): readonly Change[] {
  const sides = { from: withIndexes(from, ownIndexes), to: withIndexes(to, ownIndexes) };
  return withDependents(changes, sides, confirmed);
}

/** Whether an expression calls a volatile function, or cannot be read. */
export function isVolatile(sql: string, volatile: ReadonlySet<string>): boolean {
  const called = sqlReader().expression(sql)?.functions;
  return !called || [...called].some((name) => volatile.has(name));
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

/** Operations of one phase are one revision, except those that stand alone. */
function splitPhases(foreign: readonly string[], operations: readonly Operation[]): readonly PlannedPart[] {
  const phases = PHASES.filter((phase) => operations.some((operation) => operation.phase === phase));
  const slots = phases.flatMap((phase) => {
    const own = operations.filter((operation) => operation.phase === phase);
    const shared = own.filter(({ alone }) => !alone).sort((a, b) => compareSteps(a.step, b.step));
    const single = own.filter(({ alone }) => alone).map((operation) => [operation]);
    return shared.length === 0 ? single : [shared, ...single];
  });
  return joined(slots).map((own) => partOf(foreign, own));
}

/** Work before the main part that its transaction allows is done there. */
function joined(slots: readonly (readonly Operation[])[]): readonly (readonly Operation[])[] {
  const [first, second, ...rest] = slots;
  if (!first || !second || !mayJoin(first, second)) {
    return first ? [first, ...joined(slots.slice(1))] : [];
  }
  return joined([[...first, ...second], ...rest]);
}

/** A new value of an enumerated type may not be used in the transaction that adds it. */
function mayJoin(first: readonly Operation[], second: readonly Operation[]): boolean {
  const isEarly = first.every(({ phase, alone }) => comparePhases(phase, 'add-values') <= 0 && !alone);
  if (!isEarly || second.some(({ phase, alone }) => comparePhases(phase, 'main') > 0 || alone)) return false;
  const values = new Set(first.flatMap(({ change }) => addedValues(change)));
  return !second.some(({ change }) => change !== undefined && isUsed(values, change));
}

function addedValues(change: Change | undefined): readonly string[] {
  if (change?.kind !== 'alter-enum') return [];
  return change.desired.values.filter((value) => !change.live.values.includes(value));
}

/**
 * Whether an expression of an added object may use one of them: a text in it contains the value, alone or in a list.
 */
function isUsed(values: ReadonlySet<string>, change: Change): boolean {
  const holds = ({ text }: SqlLiteral) => [...values].some((value) => text.includes(value));
  const used = (model: unknown): boolean => {
    if (typeof model !== 'object' || model === null) return false;
    const { sql } = model as { readonly sql?: unknown };
    return (
      (typeof sql === 'string' && (readable(sql)?.literals.some(holds) ?? true)) ||
      Object.values(model).some(used)
    );
  };
  return 'desired' in change && used(change.desired);
}

/** The parts of an expression, or of an element of an exclusion constraint. */
function readable(sql: string): ExpressionParts | undefined {
  return sqlReader().expression(sql) ?? sqlReader().element(sql);
}

/** The revision of operations that share a transaction, or of one that stands alone. */
export function partOf(foreign: readonly string[], operations: readonly Operation[]): PlannedPart {
  const [first] = operations;
  return {
    phase: operations.some(({ phase }) => phase === 'main') ? 'main' : (first?.phase ?? 'main'),
    transaction: !(first?.alone ?? false),
    subject: first?.subject,
    up: inTransaction(
      operations.map(({ reason, up }) => ({ reason, statements: up })),
      foreign,
    ),
    down: inTransaction(
      [...operations]
        .reverse()
        .map(({ reason, reasonBack, down }) => ({ reason: reasonBack ?? reason, statements: down })),
      foreign,
    ),
    changes: operations.flatMap(({ change }) => change ?? []),
  };
}

/** A note about locks belongs to the group of the statement after it. */
function inTransaction(
  groups: readonly StatementGroup[],
  foreign: readonly string[],
): readonly StatementGroup[] {
  const all = grouped(groups);
  const statements = all.flatMap((group) => group.statements);
  const left = [...withShortFurtherWaits(statements, foreign)];
  return all.map(({ reason, statements: own }) => ({
    reason,
    statements: own.flatMap((one) => left.splice(0, left.indexOf(one) + 1)),
  }));
}

/** Consecutive groups with the same reason become one. */
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
