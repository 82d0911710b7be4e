import type { ExclusionModel, Expression, IndexKey, Part, Parts, TableModel } from './model.js';

/** One difference; the verb says what would make live equal desired. */
export type Change =
  TableChange | { readonly [P in Part]: AddChange<P> | DropChange<P> | AlterChange<P> }[Part];

/** A whole table with all that belongs to it, or what is said of the table itself. */
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

/** The entities say it and the database does not have it. */
export interface AddChange<P extends Part> {
  readonly kind: `add-${P}`;
  /** Empty for an enumerated type. */
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
  /** As the entities call it. */
  readonly object: string;
  readonly aspects: readonly string[];
  readonly live: Parts[P];
  readonly desired: Parts[P];
}

/** What a part is called; one without a name by what it holds. */
export function objectOf<P extends Part>(part: P, model: Parts[P]): string {
  if (model.name !== null) return model.name;
  if (part === 'primary-key') return 'primary key';
  if ('expression' in model) return model.expression.sql;
  return show('columns' in model ? model.columns : (model as ExclusionModel).elements);
}

/** Words of an aspect where its name in the model would not do. */
const WORDS: Readonly<Record<string, string>> = {
  where: 'predicate',
  keys: 'columns',
  nulls: 'treatment of nulls',
  onDelete: 'ON DELETE',
  onUpdate: 'ON UPDATE',
  references: 'referenced columns',
  table: 'referenced table',
};

/** Aspects of which there are several. */
const PLURAL: readonly string[] = ['keys', 'columns', 'include', 'references', 'elements', 'values'];

/** One sentence a person can act on. */
export function describeChange(change: Change): string {
  const what = nameOfObject(change);
  if (change.kind.startsWith('alter-'))
    return `${what}: ${differences(change as AlterChange<Part>).join('; ')}.`;
  if ('desired' in change)
    return `${what} is missing in the database; the entities say ${show(change.desired)}.`;
  return `${what} is in the database, but the entities do not say it: ${show(change.live)}.`;
}

/** Both sides of a change as text, null where there is none. */
export function sidesOf(change: Change): { readonly live: string | null; readonly desired: string | null } {
  const aspects = 'aspects' in change ? change.aspects : undefined;
  const side = (model: object | undefined) =>
    model === undefined ? null : show(aspects ? pick(model, aspects) : model);
  return {
    live: side('live' in change ? change.live : undefined),
    desired: side('desired' in change ? change.desired : undefined),
  };
}

function nameOfObject(change: Change): string {
  const part = change.kind.slice(change.kind.indexOf('-') + 1).replaceAll('-', ' ');
  if (part === 'table') return `Table ${change.table}`;
  if (part === 'primary key') return `Primary key of ${change.table}`;
  const name = change.table === '' ? change.object : `${change.table}.${change.object}`;
  return `${part[0]?.toUpperCase() ?? ''}${part.slice(1)} ${name}`;
}

function differences(change: AlterChange<Part>): readonly string[] {
  const live = change.live as unknown as Readonly<Record<string, unknown>>;
  const desired = change.desired as unknown as Readonly<Record<string, unknown>>;
  return change.aspects.map(
    (aspect) =>
      `${WORDS[aspect] ?? aspect} ${PLURAL.includes(aspect) ? 'are' : 'is'} ${show(live[aspect])}, the entities say ${show(desired[aspect])}`,
  );
}

function pick(model: object, aspects: readonly string[]): unknown {
  const fields = model as Readonly<Record<string, unknown>>;
  const [only] = aspects;
  if (aspects.length === 1 && only !== undefined) return fields[only];
  return Object.fromEntries(aspects.map((aspect) => [aspect, fields[aspect]]));
}

/** A value of the model in words: short, without what is absent or usual. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `(${value.map(show).join(', ')})`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  if ('sql' in value) return (value as Expression).sql;
  if ('order' in value) return showKey(value as IndexKey);
  if ('operator' in value) return showElement(value as ExclusionModel['elements'][number]);
  if ('columns' in value && 'persistence' in value)
    return `${String((value as TableModel).columns.length)} columns`;
  const entries = Object.entries(value).filter(([name, field]) => name !== 'name' && !isUsual(name, field));
  return entries.map(([name, field]) => `${WORDS[name] ?? name} ${show(field)}`).join(', ');
}

function showElement({ expression, operator }: ExclusionModel['elements'][number]): string {
  return `${expression.sql} WITH ${operator}`;
}

function showKey(key: IndexKey): string {
  const usual = key.order === 'ASC' ? 'LAST' : 'FIRST';
  const parts = [
    key.column ?? key.expression ?? '',
    key.collation === null ? '' : `COLLATE ${key.collation}`,
    key.opclass ?? '',
    key.order === 'ASC' ? '' : 'DESC',
    key.nulls === usual ? '' : `NULLS ${key.nulls}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** What goes without saying, by field of the model. */
const USUAL: Readonly<Record<string, unknown>> = {
  unique: false,
  valid: true,
  validated: true,
  method: 'btree',
  nulls: 'distinct',
  match: 'SIMPLE',
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
};

function isUsual(name: string, field: unknown): boolean {
  return field === null || field === USUAL[name] || (Array.isArray(field) && field.length === 0);
}
