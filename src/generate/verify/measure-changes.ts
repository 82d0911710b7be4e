/** What each revision of a group changes in the schema, measured while it is verified. */

import type { DataSource } from 'typeorm';
import { GenerateError } from '../../errors/base.js';
import type { DialectGroups } from '../../databases/planning.js';
import type { DialectName } from '../../databases/registry.js';
import { migrateUp } from '../../migrator/migrate.js';
import type { SchemaChanges } from '../../migrator/revision.js';
import { applyChanges } from '../../schema/apply.js';
import type { Change } from '../../schema/change.js';
import { diff } from '../../schema/diff.js';
import type { SchemaModel } from '../../schema/model.js';
import { isMoved, withMoved } from '../../schema/moved-table.js';
import { normalise } from '../../schema/normalise.js';
import { withoutParts } from '../../schema/undeclared.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';
import { enumIn } from '../compare/enum-values.js';
import { readSchema } from '../compare/read-schema.js';
import type { RevisionPart } from '../plan/revision-part.js';
import { changedViews, secondNames, type SecondNames } from './second-names.js';

/** What a revision changes, and the schema on both sides. */
export interface MeasuredRevision {
  readonly changes: readonly Change[];
  readonly sides: readonly [before: SchemaModel, after: SchemaModel];
}

/** What each revision of a group changes, by database. */
export type MeasuredChanges = Map<DialectName, readonly MeasuredRevision[]>;

/** Whether revisions change anything that an older release declares: a whole new table is nothing of that kind. */
export function isMeasured(readings: readonly DialectReading[]): boolean {
  return readings.some(({ changes, renames }) => renames.length > 0 || !changes.every(isCreated));
}

function isCreated({ kind }: Change): boolean {
  return kind === 'create-table' || kind === 'add-enum';
}

/** The same revisions with what they change. */
export function withChanges<R extends { readonly part: RevisionPart }>(
  revisions: readonly R[],
  measured: Readonly<MeasuredChanges>,
  readings: readonly DialectReading[],
): readonly R[] {
  if (measured.size === 0) return revisions;
  const main = revisions.findIndex(isMainContract);
  const following = new Map(readings.map((reading) => [reading.dialect, changesOfViews(reading)]));
  const all = new Map(
    [...measured].map(([dialect, changes]) => [
      dialect,
      changes.map((own, index) =>
        index === main ? { ...own, changes: [...own.changes, ...(following.get(dialect) ?? [])] } : own,
      ),
    ]),
  );
  return revisions.map((revision, index) => ({
    ...revision,
    part: { ...revision.part, changes: changesAt(all, revision.part, index) },
  }));
}

/** The revision of a contract that the group is named for records the new texts of views. */
function isMainContract({ part }: { readonly part: RevisionPart }): boolean {
  return part.suffix === '' && part.releasePhase === 'contract';
}

/** Views whose text follows a rename: their former text and definition are right until contract. */
function changesOfViews({ changes, formerViews }: DialectReading): readonly Change[] {
  const aspects = ['text', 'outputs', 'definitions'];
  return changes.flatMap((change) => {
    if (change.kind !== 'alter-view') return [];
    const live = formerViews.find(({ name }) => name === change.object) ?? change.live;
    return [{ ...change, aspects, live }];
  });
}

function changesAt(measured: MeasuredChanges, { groups }: RevisionPart, index: number): SchemaChanges {
  const own = [...measured].map(([dialect, revisions]) => {
    const found = revisions[index];
    return [dialect, found ? [...found.changes, ...usesIn(groups[dialect], found)] : []] as const;
  });
  return Object.fromEntries(own.filter(([, changes]) => changes.length > 0));
}

/**
 * A revision that fills a column, or keeps two equal, does not change the schema of it. An alteration without aspects
 * records that other revisions of the column may not overtake it, nor it them.
 */
function usesIn({ up, down }: DialectGroups, { changes, sides }: MeasuredRevision): readonly Change[] {
  const statements = [...up, ...down].flatMap((group) => group.statements);
  const uses = new Map(
    statements.flatMap(({ uses: own = [] }) => own.map((use) => [`${use.table}.${use.column}`, use])),
  );
  return [...uses.values()].flatMap(({ table, column }): readonly Change[] => {
    if (changes.some((change) => change.table === table && change.object === column)) return [];
    const model = sides
      .flatMap(({ tables }) => tables.filter(({ name }) => name === table))
      .flatMap(({ columns }) => columns.filter(({ name }) => name === column))
      .at(-1);
    if (!model) return [];
    return [{ kind: 'alter-column', table, object: column, aspects: [], live: model, desired: model }];
  });
}

/** The revisions of a group, and how they are run. */
interface Measuring {
  readonly ids: readonly string[];
  readonly options: { readonly signal?: AbortSignal };
}

/**
 * Runs revisions one by one on a scratch database at head, and compares the schema before each with the one after it. A
 * whole table that they create is left out.
 */
export async function measuredUp(
  dataSource: DataSource,
  reading: DialectReading,
  { ids, options }: Measuring,
): Promise<readonly MeasuredRevision[]> {
  const names = secondNames(reading);
  const head = await schemaOf(dataSource, reading, names);
  const found: MeasuredRevision[] = [];
  let before = head;
  for (const target of ids) {
    await migrateUp(dataSource, { ...options, target });
    const after = await schemaOf(dataSource, reading, names);
    const ofTables = withMoved(diff(before.schema, after.schema), names.moves);
    found.push({
      changes: [...withoutCreated(ofTables, after.schema), ...changedViews(before.views, after.views)],
      sides: [before.schema, after.schema],
    });
    before = after;
  }
  const all = found.flatMap(({ changes }) => changes);
  if (ids.length > 1) assertFolded(head.schema, all, before.schema);
  return found;
}

/** A schema, and the views that stand in for one of its tables. */
interface Looked {
  readonly schema: SchemaModel;
  readonly views: ReadonlySet<string>;
}

async function schemaOf(
  dataSource: DataSource,
  reading: DialectReading,
  { moves, views }: SecondNames,
): Promise<Looked> {
  const { head, to, description, kept } = reading;
  const own = [head, to].flatMap(({ tables, enums }) => [...tables, ...enums]).map(({ name }) => name);
  const managed = new Set([...own, ...moves.map((move) => move.to)]);
  const { schema, undeclared } = await readSchema(dataSource, description, managed);
  const there = new Set(undeclared.filter(({ kind }) => kind === 'view').map(({ name }) => name));
  const former = moves.flatMap(({ from, to: next }) =>
    kept.filter(({ table }) => table === next).map((part) => ({ ...part, table: from })),
  );
  return {
    schema: withoutParts(schema, [...kept, ...former]),
    views: new Set(views.filter((name) => there.has(name.slice(name.lastIndexOf('.') + 1)))),
  };
}

/** A type that only new tables use is one of theirs. A table that comes right behind another has only another name. */
function withoutCreated(changes: readonly Change[], { tables }: SchemaModel): readonly Change[] {
  const isNew = (change: Change, at: number) =>
    change.kind === 'create-table' && !isMoved([changes[at - 1], change]);
  const created = new Set(changes.filter(isNew).map(({ table }) => table));
  const used = new Set(
    tables
      .filter(({ name }) => !created.has(name))
      .flatMap(({ columns }) => columns.map(({ type }) => enumIn(type))),
  );
  return changes.filter(
    (change, at) => !isNew(change, at) && !(change.kind === 'add-enum' && !used.has(change.object)),
  );
}

/** A release that reads the changes of all revisions expects the schema at the new head, new tables aside. */
function assertFolded(head: SchemaModel, changes: readonly Change[], after: SchemaModel): void {
  const moved = changes.filter(({ kind }) => kind === 'create-table').map(({ table }) => table);
  const known = new Set([...head.tables.map(({ name }) => name), ...moved]);
  const types = new Set([...head.enums.map(({ name }) => name), ...changes.map(({ object }) => object)]);
  const within = (schema: SchemaModel): SchemaModel => ({
    ...schema,
    tables: schema.tables.filter(({ name }) => known.has(name)),
    enums: schema.enums.filter(({ name }) => types.has(name)),
  });
  const folded = applyChanges(head, changes);
  if (diff(normalise(within(folded)), normalise(within(after))).length > 0)
    throw new GenerateError('The changes of the new revisions do not lead to the schema that they make.');
}
