/** Refuses, by name, what no revision can contain. */

import { isDeepStrictEqual } from 'node:util';
import { databaseNamed } from '../../databases/registry.js';
import {
  EntityDefaultError,
  EntityNamesError,
  EntityTableError,
  PartitionChangeError,
  SAME_LETTERS,
} from '../../errors/entities.js';
import type { Change } from '../../schema/change.js';
import { becomesPlain, becomesRange, isSameKey } from '../../schema/partition.js';
import type { SchemaModel } from '../../schema/model.js';
import { describeChange } from '../../schema/describe-change.js';
import { namesakesIn, type Namesakes } from '../../schema/namesakes.js';
import { refusedByStrict } from '../../schema/strict-tables.js';
import { impossibleChanges } from '../../schema/special-tables.js';
import { momentDefaults } from '../../schema/moments.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/** @throws EntityDefaultError, EntityNamesError, EntityTableError for the changes that no revision can make */
export function assertPossible(reading: DialectReading): void {
  assertLasting(reading);
  assertNamedApart(reading);
  assertPartitioned(reading);
  assertStrict(reading);
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

/**
 * @throws PartitionChangeError for a table that exists and that rows would have to leave for other partitions, or that
 *   becomes partitioned, or plain, while other objects refer to it
 */
function assertPartitioned({ changes, from, to, facts }: DialectReading): void {
  for (const change of changes) {
    if (change.kind !== 'alter-table' || !change.aspects.includes('partition')) continue;
    const referring = (facts.referring ?? []).flatMap((one) =>
      one.table === change.table ? [one.words] : [],
    );
    if (!isPossible(change) || referring.length > 0)
      throw new PartitionChangeError(
        change.table,
        describeChange({ ...change, aspects: ['partition'] }),
        referring,
      );
  }
  const before = new Map(from.tables.map(({ name, partition }) => [name, partition?.policy]));
  for (const { name, partition } of to.tables) {
    const [former, policy] = [before.get(name), partition?.policy];
    const isMade = facts.asDeclared?.includes(name) === true;
    if (former && policy && !('every' in former) && !isMade && !isDeepStrictEqual(former, policy))
      throw new PartitionChangeError(name, `The entity of ${name} declares other partitions than before.`);
  }
}

function isPossible({ live, desired }: Extract<Change, { readonly kind: 'alter-table' }>): boolean {
  if (live.partition && desired.partition) return isSameKey(live.partition, desired.partition);
  return becomesRange(live.partition, desired.partition) || becomesPlain(live.partition, desired.partition);
}

/** @throws EntityTableError for a column whose type a STRICT table does not have */
function assertStrict({ changes, to }: DialectReading): void {
  const change = refusedByStrict(to, changes);
  if (change)
    throw new EntityTableError({ name: change.table, kind: 'STRICT table' }, describeChange(change));
}

/** @throws EntityNamesError for two objects that would have one name where the database allows it once */
function assertNamedApart({ dialect, changes, to, facts }: DialectReading): void {
  const sequences = facts.sequences
    .filter(({ type }) => type !== null)
    .map(({ name, owner: column }) => ({ name, column }));
  const found = namesakesIn(to, changes, { ...databaseNamed(dialect).catalog.columns, sequences });
  if (!found) return;
  const { name: stored, first, second, shared, differInCase } = found;
  const ofIndexes = shared === 'indexes';
  throw new EntityNamesError(
    ofIndexes ? 'indexes of' : first.kind,
    { first: first.words, second: ofIndexes ? second.words : `the ${second.kind} ${second.words}`, stored },
    differInCase ? SAME_LETTERS : SHARED_NAMES[shared],
  );
}

const SHARED_NAMES: Readonly<Record<Namesakes['shared'], string>> = {
  indexes:
    'Remove one of them, or specify another name for it: TypeORM names them by their table and columns, in any order.',
  relations:
    'Tables, views and indexes share one set of names, and on PostgreSQL a key or an exclusion constraint has an index of its name: specify another name for one of them.',
  types:
    'Each table and each view has a type of its name: specify another enumName for the column, or another name for the table or view.',
  sequences:
    'PostgreSQL numbers a column by a sequence, whose name is among those of tables, views and indexes: specify another name for the table, view or index.',
  constraints:
    'The constraints of a table have different names: remove one of them, or specify another name for it.',
};
