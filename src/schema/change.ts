import type { Part, Parts, TableModel } from './model.js';

/** One difference; the verb says what would make live equal desired. */
export type Change =
  TableChange | { readonly [P in Part]: AddChange<P> | DropChange<P> | AlterChange<P> }[Part];

/** A whole table, with all that belongs to it. */
export type TableChange =
  | { readonly kind: 'create-table'; readonly table: string; readonly desired: TableModel }
  | { readonly kind: 'drop-table'; readonly table: string; readonly live: TableModel };

/** The entities say it and the database does not have it. */
export interface AddChange<P extends Part> {
  readonly kind: `add-${P}`;
  readonly table: string;
  readonly object: string;
  readonly desired: Parts[P];
}

/** The database has it and the entities do not say it. */
export interface DropChange<P extends Part> {
  readonly kind: `drop-${P}`;
  readonly table: string;
  readonly object: string;
  readonly live: Parts[P];
}

/** Both have it, and it differs in these aspects. */
export interface AlterChange<P extends Part> {
  readonly kind: `alter-${P}`;
  readonly table: string;
  readonly object: string;
  readonly aspects: readonly string[];
  readonly live: Parts[P];
  readonly desired: Parts[P];
}

/** One sentence a person can act on. */
export function describeChange(change: Change): string {
  const [verb, part] = splitKind(change.kind);
  if (change.kind === 'create-table') return `table ${change.table} is missing`;
  if (change.kind === 'drop-table') return `table ${change.table} is in the database, but no entity says it`;
  const what = `${part} ${change.table === '' ? '' : `${change.table}.`}${change.object}`;
  if (verb === 'add') return `${what} is missing`;
  if (verb === 'drop') return `${what} is in the database, but no entity says it`;
  return `${what}: ${differences(change as AlterChange<Part>).join(', ')}`;
}

function splitKind(kind: Change['kind']): readonly [string, string] {
  const dash = kind.indexOf('-');
  return [kind.slice(0, dash), kind.slice(dash + 1).replace('-', ' ')];
}

function differences(change: AlterChange<Part>): readonly string[] {
  const live = change.live as unknown as Readonly<Record<string, unknown>>;
  const desired = change.desired as unknown as Readonly<Record<string, unknown>>;
  return change.aspects.map(
    (aspect) => `${aspect} is ${show(live[aspect])}, should be ${show(desired[aspect])}`,
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value) ? `(${value.join(', ')})` : JSON.stringify(value).replace(/^"(.*)"$/, '$1');
}
