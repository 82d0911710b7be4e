/** Refuses, by name, what no revision can contain. */

import { isDeepStrictEqual } from 'node:util';
import { databaseNamed } from '../../databases/registry.js';
import {
  EntityDefaultError,
  EntityNamesError,
  EntityTableError,
  PartitionChangeError,
} from '../../errors/entities.js';
import type { Change } from '../../schema/change.js';
import { isSameKey } from '../../schema/partition.js';
import type { SchemaModel } from '../../schema/model.js';
import { describeChange } from '../../schema/describe-change.js';
import { namesakesIn } from '../../schema/namesakes.js';
import { impossibleChanges } from '../../schema/special-tables.js';
import { momentDefaults } from '../../schema/moments.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/** @throws EntityDefaultError, EntityNamesError, EntityTableError for the changes that no revision can make */
export function assertPossible(reading: DialectReading): void {
  assertLasting(reading);
  assertNamedApart(reading);
  assertPartitioned(reading);
  const [first] = impossibleChanges(reading.changes, reading.specials);
  if (!first) return;
  const { table, change } = first;
  throw new EntityTableError(table, describeChange(change));
}

/** @throws EntityDefaultError for columns that would get the moment at which the revision runs as their default */
function assertLasting({ dialect, changes, to }: DialectReading): void {
  const { isMoment } = databaseNamed(dialect).catalog.columns;
  const written = { ...to, tables: changes.flatMap((change) => writtenBy(change, to)) };
  const found = momentDefaults(written, isMoment);
  if (found.length > 0)
    throw new EntityDefaultError(
      found.map(({ table, column, sql }) => ({ place: `${table}.${column}`, sql })),
    );
}

/** The tables, with those of their columns whose defaults the change writes. */
function writtenBy(change: Change, to: SchemaModel): SchemaModel['tables'] {
  if (change.kind === 'create-table') return [change.desired];
  const isWritten =
    change.kind === 'add-column' || (change.kind === 'alter-column' && change.aspects.includes('default'));
  if (!isWritten) return [];
  return to.tables
    .filter(({ name }) => name === change.table)
    .map((table) => ({ ...table, columns: table.columns.filter(({ name }) => name === change.object) }));
}

/** @throws PartitionChangeError for a table that exists and that rows would have to leave for other partitions */
function assertPartitioned({ changes, from, to }: DialectReading): void {
  for (const change of changes)
    if (change.kind === 'alter-table' && change.aspects.includes('partition') && !isDividedAlike(change))
      throw new PartitionChangeError(change.table, describeChange({ ...change, aspects: ['partition'] }));
  const before = new Map(from.tables.map(({ name, partition }) => [name, partition?.policy]));
  for (const { name, partition } of to.tables) {
    const [former, policy] = [before.get(name), partition?.policy];
    if (former && policy && !('every' in former) && !isDeepStrictEqual(former, policy))
      throw new PartitionChangeError(name, `The entity of ${name} declares other partitions than before.`);
  }
}

function isDividedAlike({ live, desired }: Extract<Change, { readonly kind: 'alter-table' }>): boolean {
  return live.partition && desired.partition ? isSameKey(live.partition, desired.partition) : false;
}

/** @throws EntityNamesError for indexes, or constraints with an index, that would have one name */
function assertNamedApart({ dialect, changes, to }: DialectReading): void {
  const { keysAreIndexes } = databaseNamed(dialect).catalog.columns;
  const found = namesakesIn(to, changes, keysAreIndexes);
  if (!found) return;
  const { name: stored, first, second } = found;
  throw new EntityNamesError(
    'indexes of',
    { first, second, stored },
    'Remove one of them, or specify another name for it: TypeORM names them by their table and columns, in any order.',
  );
}
