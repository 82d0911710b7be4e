import { quoteIdentifier } from '../sql/quote.js';

/** An index or a trigger of a table that was rebuilt on SQLite. */
export interface LostObject {
  readonly type: 'index' | 'trigger';
  readonly name: string;
  readonly table: string;
}

/** Such an object belongs to a program that registers the function: to drop it would be to lose what it enforces. */
export function restoringRemedy(objects: readonly LostObject[], words: string): string {
  const [, name] = /no such function: (\S+)/.exec(words) ?? [];
  return name === undefined
    ? `To remove objects that depend on a dropped column, put this before the rebuild in the revision: ${objects.map(dropOf).join('; ')}`
    : `Register ${name} on the connections of the DataSource that migrates, in \`prepareDatabase\` for example. ` +
        'Or let the program that created it drop it before this revision, and create it again afterwards.';
}

/** It and its table. */
export function objectWords({ type, name, table }: LostObject): string {
  return `the ${type} ${name} of ${table}`;
}

function dropOf({ type, name }: LostObject): string {
  return `DROP ${type.toUpperCase()} IF EXISTS ${quoteIdentifier(name)}`;
}
