import type { AlterChange, Change } from '../../schema/change.js';
import type { ColumnModel, IndexModel, SchemaModel, TableModel } from '../../schema/model.js';
import type { PostgresContext } from './context.js';
import { allowing, RANKS, STAGES, type Move } from './move.js';
import { quote, type PostgresNames } from './sql.js';

/** Whether a column is computed in another way, or now, or no longer. */
export function altersGenerated(change: Change): change is AlterChange<'column'> {
  return (
    change.kind === 'alter-column' &&
    (change.aspects.includes('generated') ||
      change.aspects.includes('storage') ||
      (change.aspects.includes('type') && change.desired.generated !== null))
  );
}

/** What is computed is not changed in place: the column goes and comes again. Values that were written are kept. */
export function recompute(
  { names }: PostgresContext,
  { table, live, desired }: AlterChange<'column'>,
  reason: string,
): Move {
  return {
    stage: STAGES.main,
    rank: RANKS.alter,
    alone: false,
    reason,
    up: computedAs(names, table, { from: live, to: desired }),
    down: computedAs(names, table, { from: desired, to: live }),
  };
}

function computedAs(
  names: PostgresNames,
  table: string,
  { from, to }: { readonly from: ColumnModel; readonly to: ColumnModel },
): readonly string[] {
  const path = names.path(table);
  if (from.generated && from.storage === 'stored' && !to.generated)
    return [`ALTER TABLE ${path} ALTER COLUMN ${quote(from.name)} DROP EXPRESSION`];
  const drop = `ALTER TABLE ${path} DROP COLUMN ${quote(from.name)}`;
  return [
    allowing('drop-column', from.generated ? 'it is computed anew' : 'asked for with --drop', drop),
    `ALTER TABLE ${path} ADD COLUMN ${names.column(to)}`,
  ];
}

/**
 * A column that goes takes with it what is made of it, so what stays of that is dropped before and made again behind.
 */
export function withDependents(
  changes: readonly Change[],
  { from, to }: { readonly from: SchemaModel; readonly to: SchemaModel },
): readonly Change[] {
  const added = changes.filter(altersGenerated).flatMap(({ table, object }) => {
    const [live, desired] = [from, to].map(({ tables }) => tables.find(({ name }) => name === table));
    return live && desired ? dependentsOf({ live, desired }, object) : [];
  });
  const known = new Set(
    changes.map(({ kind, table, object }) => `${kind.replace(/^\w+-/, '')} ${table} ${object}`),
  );
  return [
    ...changes,
    ...added.filter(
      ({ kind, table, object }) => !known.has(`${kind.replace(/^\w+-/, '')} ${table} ${object}`),
    ),
  ];
}

function dependentsOf(
  { live, desired }: { readonly live: TableModel; readonly desired: TableModel },
  column: string,
): readonly Change[] {
  const table = desired.name;
  const stays = <T extends { readonly name: string | null }>(list: readonly T[], part: T) =>
    list.some(({ name }) => name === part.name);
  const indexes = live.indexes.filter((index) => uses(index, column) && stays(desired.indexes, index));
  const uniques = live.uniques.filter((key) => key.columns.includes(column) && stays(desired.uniques, key));
  const checks = live.checks.filter(
    (check) => check.expression.sql.includes(column) && stays(desired.checks, check),
  );
  return [
    ...indexes.flatMap((model) => again('index', table, model)),
    ...uniques.flatMap((model) => again('unique', table, model)),
    ...checks.flatMap((model) => again('check', table, model)),
  ];
}

function uses({ keys, include, where }: IndexModel, column: string): boolean {
  return (
    include.includes(column) ||
    (where?.sql.includes(column) ?? false) ||
    keys.some((key) => key.column === column || (key.expression?.includes(column) ?? false))
  );
}

function again(
  part: 'index' | 'unique' | 'check',
  table: string,
  model: { readonly name: string | null },
): readonly Change[] {
  const object = model.name ?? '';
  return [
    { kind: `drop-${part}`, table, object, live: model },
    { kind: `add-${part}`, table, object, desired: model },
  ] as readonly unknown[] as readonly Change[];
}
