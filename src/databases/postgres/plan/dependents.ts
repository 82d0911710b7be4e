import { changedObject, type AlterChange, type Change } from '../../../schema/change.js';
import type {
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  SchemaModel,
  TableModel,
} from '../../../schema/model.js';
import { altersGenerated } from './generated-column.js';
import { elementMentions, mentions, sqlReader } from './sql-reader.js';
import { expressionsOf, hasUnchangedKey, isMadeOf } from './coexistence.js';
import { inPlace, isRetyped, rebuiltParts, type ConfirmedConversion } from './type-dependents.js';

interface Sides {
  readonly from: SchemaModel;
  readonly to: SchemaModel;
}

/**
 * The changes, plus objects that have to be dropped and created again for them although the entities declare the same:
 * columns that are computed from one with another type, objects that use a column that is computed again, and foreign
 * keys whose key is replaced.
 */
export function withDependents(
  changes: readonly Change[],
  sides: Sides,
  confirmed: ConfirmedConversion,
): readonly Change[] {
  const computed = withoutKnown(changes, columnsComputedAnew(changes, sides));
  const withComputed = [...changes, ...computed];
  const parts = withComputed.filter(altersGenerated).flatMap(({ table, object }) => {
    const [live, desired] = [tableOf(sides.from, table), tableOf(sides.to, table)];
    return live && desired ? dependentsOf({ live, desired }, object) : [];
  });
  const conditions = retypedIn(changes, confirmed).flatMap(({ table, object }) =>
    conditionsAgain(sides, table, object),
  );
  const rebuilt = changes.flatMap((change) => rebuiltAgain(sides, change, confirmed));
  const keys = foreignKeysAgain(sides, convertedIn(withComputed, confirmed));
  return [...withComputed, ...withoutKnown(changes, [...parts, ...conditions, ...rebuilt, ...keys])];
}

/** Columns that get a type of another kind, with other comparisons: a length does not matter to what mentions them. */
function retypedIn(
  changes: readonly Change[],
  confirmed: ConfirmedConversion,
): readonly AlterChange<'column'>[] {
  return changes.filter(
    (change): change is AlterChange<'column'> =>
      change.kind === 'alter-column' &&
      kindOf(change.live.type) !== kindOf(change.desired.type) &&
      inPlace(change, confirmed) !== 'nothing',
  );
}

function kindOf(type: string): string {
  return type.replace(/\([^)]*\)/, '');
}

/**
 * What PostgreSQL would rebuild while the table is locked, although it rewrites no row, in one of the two directions:
 * it is dropped before and created after in both.
 */
function rebuiltAgain(
  { from, to }: Sides,
  change: Change,
  confirmed: ConfirmedConversion,
): readonly Change[] {
  if (change.kind !== 'alter-column') return [];
  const { table, object } = change;
  const [live, desired] = [tableOf(from, table), tableOf(to, table)];
  const back = { ...change, live: change.desired, desired: change.live };
  const how = inPlace(change, confirmed) ?? inPlace(back, confirmed);
  if (!live || !desired || how === null) return [];
  const { indexes, checks } = rebuiltParts(live, object, how);
  return [
    ...indexes.flatMap((one) => again('index', table, { live: one, desired: named(desired.indexes, one) })),
    ...checks.flatMap((one) => again('check', table, { live: one, desired: named(desired.checks, one) })),
  ];
}

/** PostgreSQL keeps the meaning that a condition had for the former type; it must get the meaning for the new one. */
function conditionsAgain({ from, to }: Sides, table: string, column: string): readonly Change[] {
  const [live, desired] = [tableOf(from, table), tableOf(to, table)];
  const [indexes, checks] = [desired?.indexes ?? [], desired?.checks ?? []];
  const isConditional = (index: IndexModel) => expressionsOf(index).some((sql) => mentions(sql, column));
  return [
    ...(live?.indexes ?? [])
      .filter(isConditional)
      .flatMap((model) => again('index', table, { live: model, desired: named(indexes, model) })),
    ...(live?.checks ?? [])
      .filter(({ expression }) => mentions(expression.sql, column))
      .flatMap((model) => again('check', table, { live: model, desired: named(checks, model) })),
    ...(live ? exclusionsAgain({ live, desired }, (one) => isExclusionConditional(one, column)) : []),
  ];
}

/** Whether it reads the column in its condition, or in more than the column itself. */
function isExclusionConditional({ elements, where }: ExclusionModel, column: string): boolean {
  const isComputed = ({ expression }: ExclusionModel['elements'][number]) =>
    (sqlReader().element(expression.sql)?.isComputed ?? true) && elementMentions(expression.sql, column);
  return elements.some(isComputed) || (where !== null && mentions(where.sql, column));
}

function tableOf({ tables }: SchemaModel, name: string): TableModel | undefined {
  return tables.find((table) => table.name === name);
}

/** What changes anyway needs no change for another reason. */
function withoutKnown(changes: readonly Change[], more: readonly Change[]): readonly Change[] {
  const known = new Set(changes.map(changedObject));
  const found = new Map(more.map((change) => [`${change.kind} ${changedObject(change)}`, change]));
  return [...found.values()].filter((change) => !known.has(changedObject(change)));
}

/** PostgreSQL refuses another type for a column from which one is computed. */
function columnsComputedAnew(
  changes: readonly Change[],
  { from, to }: Sides,
): readonly AlterChange<'column'>[] {
  const retyped = changes.filter(isRetyped);
  return retyped.flatMap(({ table, object }) => {
    const columns = tableOf(to, table)?.columns.filter(
      ({ generated }) => generated && mentions(generated.sql, object),
    );
    return (columns ?? []).flatMap((desired) => {
      const live = tableOf(from, table)?.columns.find(
        ({ name, generated }) => name === desired.name && generated,
      );
      const change = { kind: 'alter-column', table, object: desired.name, aspects: ['generated'] } as const;
      return live ? [{ ...change, live, desired }] : [];
    });
  });
}

function dependentsOf(
  { live, desired }: { readonly live: TableModel; readonly desired: TableModel },
  column: string,
): readonly Change[] {
  const table = desired.name;
  const indexes = live.indexes.filter((index) => isMadeOf(index, column));
  const uniques = live.uniques.filter((key) => isMadeOf(key, column));
  const checks = live.checks.filter((check) => mentions(check.expression.sql, column));
  return [
    ...indexes.flatMap((one) => again('index', table, { live: one, desired: named(desired.indexes, one) })),
    ...uniques.flatMap((one) => again('unique', table, { live: one, desired: named(desired.uniques, one) })),
    ...checks.flatMap((one) => again('check', table, { live: one, desired: named(desired.checks, one) })),
    ...exclusionsAgain({ live, desired }, (one) => isExclusionOver(one, column)),
  ];
}

function isExclusionOver({ elements, where }: ExclusionModel, column: string): boolean {
  return (
    elements.some(({ expression }) => elementMentions(expression.sql, column)) ||
    (where !== null && mentions(where.sql, column))
  );
}

/** Those of a table that are dropped and created again. */
function exclusionsAgain(
  { live, desired }: { readonly live: TableModel; readonly desired: TableModel | undefined },
  isAgain: (exclusion: ExclusionModel) => boolean,
): readonly Change[] {
  const after = desired?.exclusions ?? [];
  return live.exclusions
    .filter(isAgain)
    .flatMap((model) => again('exclusion', live.name, { live: model, desired: named(after, model) }));
}

/**
 * Columns whose values compare by another operator afterwards. PostgreSQL then checks every row of a foreign key at
 * either end of them under its lock, or refuses it where its ends have types that do not compare, as in between.
 */
function convertedIn(changes: readonly Change[], confirmed: ConfirmedConversion): ReadonlySet<string> {
  const converted = changes.filter(
    (change) =>
      change.kind === 'alter-column' &&
      (comparisonOf(change.live.type) !== comparisonOf(change.desired.type) || altersGenerated(change)),
  );
  return new Set([...converted.map(({ table, object }) => `${table}.${object}`), ...confirmed.usings.keys()]);
}

/** A type without its length; a text with a limit compares as one without. */
function comparisonOf(type: string): string {
  return kindOf(type).replace(/^character varying/, 'text');
}

/** A replaced key cannot be dropped while a foreign key refers to it. */
function foreignKeysAgain(sides: Sides, converted: ReadonlySet<string>): readonly Change[] {
  return sides.from.tables.flatMap(({ name, foreignKeys }) => {
    const after = tableOf(sides.to, name)?.foreignKeys ?? [];
    const isConverted = ({ columns, table, references }: ForeignKeyModel) =>
      columns.some((column) => converted.has(`${name}.${column}`)) ||
      references.some((column) => converted.has(`${table}.${column}`));
    return foreignKeys
      .filter((live) => !hasUnchangedKey(sides, live) || isConverted(live))
      .flatMap((live) => again('foreign-key', name, { live, desired: named(after, live) }));
  });
}

interface Named {
  readonly name: string | null;
}

function again(
  part: 'index' | 'unique' | 'check' | 'foreign-key' | 'exclusion',
  table: string,
  { live, desired }: { readonly live: Named; readonly desired: Named | undefined },
): readonly Change[] {
  if (!desired) return [];
  const object = live.name ?? '';
  return [
    { kind: `drop-${part}`, table, object, live },
    { kind: `add-${part}`, table, object, desired },
  ] as readonly unknown[] as readonly Change[];
}

/** The part of a list that has the same name. */
function named<T extends Named>(list: readonly T[], { name }: Named): T | undefined {
  return list.find((one) => one.name === name);
}
