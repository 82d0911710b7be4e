/** Carries changes out on a schema as data, and undoes them: what a database looks like before and after a revision. */

import { changedPart, type Change, type TableChange } from './change.js';
import { diff, meansSame } from './diff.js';
import { invert } from './invert.js';
import { isMoved } from './moved-table.js';
import { PART_LISTS, type Part, type Parts, type SchemaModel, type TableModel } from './model.js';

/** A change inside a table, of an enumerated type or of a view. */
type PartChange = Exclude<Change, TableChange>;

/** What the schema of a database differs in from that of the entities while releases follow each other. */
export interface ReleaseChanges {
  /** Of each contract revision that waits, oldest first. */
  readonly pendingContracts: readonly (readonly Change[])[];
  /** Of each applied expand revision that the code does not have, oldest first. */
  readonly newerApplied: readonly (readonly Change[])[];
}

/**
 * The schema after the changes, in no particular order: `applyChanges(live, diff(live, desired))` is desired. Of an
 * object that has changed otherwise since, only the aspects that differ are changed; one that is not there stays so.
 */
export function applyChanges(schema: SchemaModel, changes: readonly Change[]): SchemaModel {
  return changes.reduce((after, change, at) => {
    const moved = [change, changes[at + 1]] as const;
    if (isMoved(moved)) return withMovedTable(after, moved[0].live, moved[1].desired);
    return isMoved([changes[at - 1], change]) ? after : applyChange(after, change);
  }, schema);
}

/** The table with the other name; what it has beside the two models stays. */
function withMovedTable(schema: SchemaModel, live: TableModel, desired: TableModel): SchemaModel {
  const own = schema.tables.find(({ name }) => name === live.name);
  if (!own) return schema;
  const of = (table: TableModel): SchemaModel => ({ ...schema, tables: [table], enums: [] });
  const { name } = desired;
  const inside = diff(of({ ...live, name }), of(desired)).filter(({ table }) => table === name);
  const { tables } = applyChanges(of({ ...own, name }), inside);
  return {
    ...schema,
    tables: [...withoutTable(schema, live.name).filter((one) => one.name !== name), ...tables],
  };
}

/** The schema that a database is to have: that of the entities, with what contract revisions still have to remove. */
export function expectedSchema(
  schema: SchemaModel,
  { pendingContracts, newerApplied }: ReleaseChanges,
): SchemaModel {
  const before = pendingContracts.reduceRight(
    (after, changes) => applyChanges(after, invert(changes)),
    schema,
  );
  return newerApplied.reduce(applyChanges, before);
}

function applyChange(schema: SchemaModel, change: Change): SchemaModel {
  switch (change.kind) {
    case 'create-table':
      return { ...schema, tables: [...withoutTable(schema, change.table), change.desired] };
    case 'drop-table':
      return { ...schema, tables: withoutTable(schema, change.table) };
    case 'alter-table':
      return onTable(schema, change.table, (table) => picked(table, change));
    case 'add-view':
    case 'drop-view':
    case 'alter-view':
      return schema.views ? { ...schema, views: replaced('view', schema.views, change) } : schema;
    case 'add-enum':
    case 'drop-enum':
    case 'alter-enum':
      return { ...schema, enums: replaced('enum', schema.enums, change) };
    default:
      return onTable(schema, change.table, (table) => applyInside(table, change));
  }
}

function withoutTable({ tables }: SchemaModel, gone: string): readonly TableModel[] {
  return tables.filter(({ name }) => name !== gone);
}

function onTable(schema: SchemaModel, name: string, edit: (table: TableModel) => TableModel): SchemaModel {
  return { ...schema, tables: schema.tables.map((table) => (table.name === name ? edit(table) : table)) };
}

/** The casts join a kind and its models, which belong to the same part. */
function applyInside(table: TableModel, change: PartChange): TableModel {
  const part = changedPart(change) as Exclude<Part, 'enum' | 'view'>;
  if (part === 'primary-key') {
    const { primaryKey } = table;
    const [key = null] = replaced(part, primaryKey === null ? [] : [primaryKey], change);
    return { ...table, primaryKey: key };
  }
  const list = PART_LISTS[part];
  return { ...table, [list]: replaced(part, table[list] as readonly Parts[typeof part][], change) };
}

/** The list without the live part, once if it is there twice, and with the desired one. */
function replaced<P extends Part>(
  part: P,
  parts: readonly Parts[P][],
  change: PartChange,
): readonly Parts[P][] {
  const live = 'live' in change ? (change.live as Parts[P]) : undefined;
  const desired = 'desired' in change ? (change.desired as Parts[P]) : undefined;
  const at = placeOf(part, parts, live ?? namesake(part, desired));
  const found = parts[at];
  const kept = parts.filter((_, index) => index !== at);
  if (!desired) return kept;
  if (!('aspects' in change)) return [...kept, desired];
  return found ? [...kept, picked(found, { aspects: change.aspects, desired })] : parts;
}

/** What an added part takes the place of, where names are unique; SQLite has constraints that share one. */
function namesake<T>(part: Part, desired: T | undefined): T | undefined {
  return part === 'column' || part === 'enum' || part === 'view' ? desired : undefined;
}

/** The part that is meant: of that name and content, of that name, or of that content. */
function placeOf<P extends Part>(part: P, parts: readonly Parts[P][], wanted: Parts[P] | undefined): number {
  if (!wanted) return -1;
  const isNamed = (one: Parts[P]) => one.name === wanted.name;
  const isSame = (one: Parts[P]) => meansSame(part, one, wanted);
  const both = parts.findIndex((one) => isNamed(one) && isSame(one));
  if (both >= 0 || part === 'primary-key') return both >= 0 ? both : 0;
  if (wanted.name !== null) return parts.findIndex(isNamed);
  return parts.findIndex((one) => one.name === null && isSame(one));
}

/** The model with these aspects of the desired one; what that leaves out is left out. */
function picked<T extends object>(
  model: T,
  { aspects, desired }: { readonly aspects: readonly string[]; readonly desired: T },
): T {
  const fields = desired as Readonly<Record<string, unknown>>;
  const all = { ...model, ...Object.fromEntries(aspects.map((aspect) => [aspect, fields[aspect]])) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}
