import type { TableModel } from '../../../schema/model.js';
import type { PostgresContext } from './context.js';
import type { Step } from './operation.js';

/**
 * When an index or a constraint gets another name: before tables are created, where something new needs the former
 * name; otherwise with the other alterations, which use the former name where they come first.
 */
export function renameStep({ changes }: PostgresContext, name: string | null): Step {
  const isTaken = changes.some((change) => {
    if (change.kind === 'create-table') return namesOf(change.desired).includes(name);
    return change.kind.startsWith('add-') && 'desired' in change && change.desired.name === name;
  });
  return isTaken ? 'rename' : 'alter';
}

function namesOf(table: TableModel): readonly (string | null)[] {
  const { primaryKey, uniques, indexes, foreignKeys, checks, exclusions } = table;
  const parts = [primaryKey, ...uniques, ...indexes, ...foreignKeys, ...checks, ...exclusions];
  return parts.flatMap((part) => (part === null ? [] : [part.name]));
}
