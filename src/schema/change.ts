import type { ExclusionModel, Part, Parts, TableModel } from './model.js';
import { fieldOf, show } from './show.js';

/** One difference; the verb names the change that would make live equal desired. */
export type Change =
  TableChange | { readonly [P in Part]: AddChange<P> | DropChange<P> | AlterChange<P> }[Part];

/** A whole table with all its parts, or the properties of the table itself. */
export type TableChange =
  | {
      readonly kind: 'create-table';
      readonly table: string;
      readonly object: string;
      readonly desired: TableModel;
    }
  | {
      readonly kind: 'drop-table';
      readonly table: string;
      readonly object: string;
      readonly live: TableModel;
    }
  | {
      readonly kind: 'alter-table';
      readonly table: string;
      readonly object: string;
      readonly aspects: readonly string[];
      readonly live: TableModel;
      readonly desired: TableModel;
    };

/** The entities declare it and the database does not have it. */
export interface AddChange<P extends Part> {
  readonly kind: `add-${P}`;
  /** Empty for an enumerated type and for a view. */
  readonly table: string;
  readonly object: string;
  readonly desired: Parts[P];
}

/** The database has it and the entities do not declare it. */
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
  /** Its name in the entities. */
  readonly object: string;
  readonly aspects: readonly string[];
  readonly live: Parts[P];
  readonly desired: Parts[P];
}

/** A change of a view that entities declare. */
export type ViewChange = Extract<Change, { readonly kind: `${'add' | 'drop' | 'alter'}-view` }>;

/** What a check reports as different. */
export type Difference = Change;

/** Whether a change is one of a view. */
export function isViewChange(change: Change): change is ViewChange {
  return change.kind.endsWith('-view');
}

/** The kind of the object that a change is about. */
export function changedPart({ kind }: Pick<Change, 'kind'>): Part | 'table' {
  return kind.slice(kind.indexOf('-') + 1) as Part | 'table';
}

/** The object that a change is about, as a text; whatever the change does to it. */
export function changedObject(change: Pick<Change, 'kind' | 'table' | 'object'>): string {
  return `${changedPart(change)} ${change.table} ${change.object}`;
}

/** The name of a part; its content where it has no name. */
export function objectOf<P extends Part>(part: P, model: Parts[P]): string {
  if (model.name !== null) return model.name;
  if (part === 'primary-key') return 'primary key';
  if ('expression' in model) return model.expression.sql;
  return show('columns' in model ? model.columns : (model as ExclusionModel).elements);
}

/** Both sides of a change as text, null where there is none. */
export function sidesOf(change: Change): {
  readonly live: string | null;
  readonly desired: string | null;
} {
  const aspects = 'aspects' in change ? change.aspects : undefined;
  const side = (model: object | undefined) =>
    model === undefined ? null : show(aspects ? pick(model, aspects) : model);
  return {
    live: side('live' in change ? change.live : undefined),
    desired: side('desired' in change ? change.desired : undefined),
  };
}

function pick(model: object, aspects: readonly string[]): unknown {
  const [only] = aspects;
  if (aspects.length === 1 && only !== undefined) return fieldOf(model, only);
  return Object.fromEntries(aspects.map((aspect) => [aspect, fieldOf(model, aspect)]));
}
