/** What each revision of a group changes in the schema, measured while it is verified. */

import type { DataSource } from 'typeorm';
import { GenerateError } from '../../errors/base.js';
import type { DialectName } from '../../databases/registry.js';
import { migrateUp } from '../../migrator/migrate.js';
import type { SchemaChanges } from '../../migrator/revision.js';
import { applyChanges } from '../../schema/apply.js';
import type { Change } from '../../schema/change.js';
import { diff } from '../../schema/diff.js';
import type { SchemaModel } from '../../schema/model.js';
import { normalise } from '../../schema/normalise.js';
import { withoutParts } from '../../schema/undeclared.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';
import { enumIn } from '../compare/enum-values.js';
import { readSchema } from '../compare/read-schema.js';
import type { RevisionPart } from '../plan/revision-part.js';

/** What each revision of a group changes, by database. */
export type MeasuredChanges = ReadonlyMap<DialectName, readonly (readonly Change[])[]>;

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
  measured: MeasuredChanges,
): readonly R[] {
  if (measured.size === 0) return revisions;
  return revisions.map((revision, index) => ({
    ...revision,
    part: { ...revision.part, changes: changesAt(measured, index) },
  }));
}

function changesAt(measured: MeasuredChanges, index: number): SchemaChanges {
  const own = [...measured].map(([dialect, changes]) => [dialect, changes[index] ?? []] as const);
  return Object.fromEntries(own.filter(([, changes]) => changes.length > 0));
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
): Promise<readonly (readonly Change[])[]> {
  const head = await schemaOf(dataSource, reading);
  const found: (readonly Change[])[] = [];
  let before = head;
  for (const target of ids) {
    await migrateUp(dataSource, { ...options, target });
    const after = await schemaOf(dataSource, reading);
    found.push(withoutCreated(diff(before, after), after));
    before = after;
  }
  if (ids.length > 1) assertFolded(head, found.flat(), before);
  return found;
}

async function schemaOf(dataSource: DataSource, reading: DialectReading): Promise<SchemaModel> {
  const { head, to, description, kept } = reading;
  const managed = [head, to].flatMap(({ tables, enums }) => [...tables, ...enums]).map(({ name }) => name);
  const { schema } = await readSchema(dataSource, description, new Set(managed));
  return withoutParts(schema, kept);
}

/** A type that only new tables use is one of theirs. */
function withoutCreated(changes: readonly Change[], { tables }: SchemaModel): readonly Change[] {
  const created = new Set(changes.filter(({ kind }) => kind === 'create-table').map(({ table }) => table));
  const used = new Set(
    tables
      .filter(({ name }) => !created.has(name))
      .flatMap(({ columns }) => columns.map(({ type }) => enumIn(type))),
  );
  return changes.filter(
    ({ kind, object }) => kind !== 'create-table' && !(kind === 'add-enum' && !used.has(object)),
  );
}

/** A release that reads the changes of all revisions expects the schema at the new head, new tables aside. */
function assertFolded(head: SchemaModel, changes: readonly Change[], after: SchemaModel): void {
  const known = new Set(head.tables.map(({ name }) => name));
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
