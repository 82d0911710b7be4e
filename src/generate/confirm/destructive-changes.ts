import type { Confirmations, DestructiveChange } from '../../databases/planning.js';
import type { Planner } from '../../databases/planner.js';
import type { AlterChange, Change } from '../../schema/change.js';
import type { ColumnModel } from '../../schema/model.js';

/**
 * The changes that are not confirmed. Confirmed renames are already applied: an object that is dropped and another one
 * that is added may be a rename, and only a person knows.
 */
export function destructiveChanges(
  changes: readonly Change[],
  confirmations: Confirmations,
  { risksOf }: Pick<Planner, 'risksOf'>,
): readonly DestructiveChange[] {
  return changes.flatMap((change) => [
    ...lossOf(change, changes, confirmations),
    ...missingValueOf(change, changes, confirmations),
    ...risksOf(change, confirmations),
  ]);
}

function lossOf(
  change: Change,
  changes: readonly Change[],
  { drops }: Confirmations,
): readonly DestructiveChange[] {
  const { table, object } = change;
  if (change.kind === 'drop-table' && !drops.includes(table)) {
    const rows = `the table is dropped with all its rows`;
    return [
      { kind: 'drop-table', table, column: null, problem: rows, remedies: tableRemedies(table, changes) },
    ];
  }
  const isGone = change.kind === 'drop-column' && change.live.generated === null;
  const isOverwritten = change.kind === 'alter-column' && becomesComputed(change);
  if (!(isGone || isOverwritten) || drops.includes(`${table}.${object}`)) return [];
  const problem = isGone ? 'the column is dropped with its values' : 'computed values replace its values';
  const remedies = [...(isGone ? columnRenames(table, object, changes) : []), `--drop ${table}.${object}`];
  return [{ kind: 'drop-column', table, column: object, problem, remedies }];
}

function tableRemedies(table: string, changes: readonly Change[]): readonly string[] {
  const added = changes.filter(({ kind }) => kind === 'create-table');
  return [...added.map((change) => `--rename-table ${table}:${change.table}`), `--drop ${table}`];
}

function columnRenames(table: string, column: string, changes: readonly Change[]): readonly string[] {
  return changes
    .filter((change) => change.kind === 'add-column' && change.table === table)
    .map(({ object }) => `--rename ${table}.${column}:${object}`);
}

/** An added object may be the dropped one under a new name. */
function renamesTo({ table, object }: Change, changes: readonly Change[]): readonly string[] {
  return changes
    .filter((change) => change.kind === 'drop-column' && change.table === table)
    .map((change) => `--rename ${table}.${change.object}:${object}`);
}

/** Existing rows require a value, in `up` or in `down`. */
function missingValueOf(
  change: Change,
  changes: readonly Change[],
  { backfills }: Confirmations,
): readonly DestructiveChange[] {
  const problem = problemOfValue(change);
  const place = `${change.table}.${change.object}`;
  if (problem === undefined || backfills.has(place)) return [];
  const remedies = [
    ...(change.kind === 'add-column' ? renamesTo(change, changes) : []),
    `--backfill "${place}=<expression>"`,
    ...valueInEntity(change.kind),
  ];
  const kind = change.kind === 'drop-column' ? 'required-back' : 'required-column';
  return [{ kind, table: change.table, column: change.object, problem, remedies }];
}

/** Existing rows contain NULL in an existing column: a default does nothing for them. */
function valueInEntity(kind: Change['kind']): readonly string[] {
  if (kind === 'drop-column') return [];
  return [...(kind === 'add-column' ? ['a default in the entity'] : []), 'nullable: true in the entity'];
}

function problemOfValue(change: Change): string | undefined {
  switch (change.kind) {
    case 'add-column':
      return isRequired(change.desired)
        ? 'a new NOT NULL column without a default: existing rows have no value for it'
        : undefined;
    case 'drop-column':
      return isRequired(change.live)
        ? '`down` adds it back as NOT NULL without a default, so existing rows need a value'
        : undefined;
    case 'alter-column':
      if (becomesRequired(change)) return 'existing rows may contain NULL, and the column becomes NOT NULL';
      return becomesComputed(change) && !change.live.nullable
        ? '`down` makes it a stored NOT NULL column, so rows without a computed value need one'
        : undefined;
    default:
      return undefined;
  }
}

function isRequired({ nullable, default: value, identity, generated }: ColumnModel): boolean {
  return !nullable && value === null && identity === null && generated === null;
}

function becomesRequired({ aspects, desired }: AlterChange<'column'>): boolean {
  return aspects.includes('nullable') && !desired.nullable && desired.generated === null;
}

function becomesComputed({ live, desired }: AlterChange<'column'>): boolean {
  return live.generated === null && desired.generated !== null;
}
