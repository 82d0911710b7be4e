/** What belongs to tables that are dropped: `down` creates it again with its table. */

import type { AttachedObject, LostDependent, PartProperties } from '../../../planning.js';
import type { Change } from '../../../../schema/change.js';
import { statement } from '../../../../sql/statement.js';
import type { PostgresContext } from '../context.js';
import type { Operation } from '../operation.js';
import { propertiesAgain } from './part-properties.js';

/** Names of the tables that a plan drops. */
export function droppedTables(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.filter(({ kind }) => kind === 'drop-table').map(({ table }) => table));
}

/** The objects of the tables that stay. */
export function ofStayingTables(
  attached: readonly AttachedObject[],
  changes: readonly Change[],
): readonly AttachedObject[] {
  const gone = droppedTables(changes);
  return gone.size === 0 ? attached : attached.filter(({ table }) => !gone.has(table));
}

/** Creates the objects of dropped tables again, once `down` has created all tables and their keys. */
export function droppedOperations(context: PostgresContext): readonly Operation[] {
  const gone = droppedTables(context.changes);
  if (gone.size === 0) return [];
  const own = context.attached.filter(({ table }) => gone.has(table));
  const parts = context.properties.filter(({ table }) => gone.has(table));
  return [
    ...own.map(({ kind, name, create }) =>
      restoring(
        `${kind} ${name}: goes with its table`,
        create.map((sql) => statement(sql)),
      ),
    ),
    ...parts.map((part) => ({
      ...restoring(`${part.name}: what belongs to it, given again`, propertiesAgain(context.names, part)),
      phase: phaseOf(part, context),
    })),
  ];
}

function restoring(reason: string, down: Operation['down']): Operation {
  return { phase: 'main', step: 'detach', alone: false, reason, up: [], down };
}

/** A foreign key between two tables that are dropped is there later than they are. */
function phaseOf({ table }: PartProperties, { from, isKeyUnchanged }: PostgresContext): Operation['phase'] {
  const keys = from.tables.find(({ name }) => name === table)?.foreignKeys ?? [];
  return keys.every(isKeyUnchanged) ? 'main' : 'detach';
}

const partitioned = (table: string) =>
  `\`down\` cannot create it again: drop the table in a revision of your own, and leave out --drop ${table}`;
const SETTLED = 'generate cannot create it again exactly';

/** Why an object cannot be kept where tables are dropped; undefined where none of it is about them. */
export function lossWithTable(
  { kind, table, tables, columns, create }: AttachedObject,
  gone: ReadonlySet<string>,
): Pick<LostDependent, 'change' | 'reason'> | undefined {
  const needed = [...tables, ...columns.map((column) => column.slice(0, column.lastIndexOf('.')))];
  const other = gone.has(table) ? undefined : needed.find((one) => gone.has(one));
  if (other !== undefined) return { change: `${other} is dropped`, reason: 'it needs this table' };
  if (!gone.has(table) || create.length > 0) return undefined;
  return { change: `${table} is dropped`, reason: kind === 'partition key' ? partitioned(table) : SETTLED };
}
