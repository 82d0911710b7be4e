import type {
  CheckModel,
  ExclusionModel,
  ForeignKeyAction,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  KeyModel,
  Part,
  Parts,
} from './model.js';

/** Parts of a table that may have a name of their own and are neither column, type nor view. */
export type NamedPart = Exclude<Part, 'column' | 'enum' | 'view'>;

/** The name of each. */
export const NOUNS: Readonly<Record<NamedPart, string>> = {
  'primary-key': 'primary key',
  unique: 'unique constraint',
  index: 'index',
  'foreign-key': 'foreign key',
  check: 'check',
  exclusion: 'exclusion constraint',
};

/** The properties of a part besides its name, piece by piece; usual ones are left out. */
export function fragmentsOf(model: Parts[Part]): readonly string[] {
  if ('references' in model) return foreignKeyFragments(model);
  if ('keys' in model) return indexFragments(model);
  if ('elements' in model) return exclusionFragments(model);
  if ('expression' in model) return [model.expression.sql, ...checkFragments(model)];
  return 'columns' in model ? keyFragments(model) : [model.name];
}

function keyFragments({ columns, include, deferrable, nulls }: KeyModel): readonly string[] {
  return [
    inParentheses(columns),
    ...(include.length === 0 ? [] : [`including ${inParentheses(include)}`]),
    ...(nulls === 'distinct' ? [] : ['nulls not distinct']),
    ...deferrableFragments(deferrable),
  ];
}

function indexFragments({
  keys,
  include,
  nulls,
  method,
  where,
  unique,
  valid,
}: IndexModel): readonly string[] {
  return [
    inParentheses(keys.map(keyWords)),
    ...(unique ? ['unique'] : []),
    ...(include.length === 0 ? [] : [`including ${inParentheses(include)}`]),
    ...(nulls === 'distinct' ? [] : ['nulls not distinct']),
    ...(method === 'btree' ? [] : [`using ${method}`]),
    ...(where === null ? [] : [`where ${where.sql}`]),
    ...(valid ? [] : ['invalid']),
  ];
}

function keyWords(key: IndexKey): string {
  const usual = key.order === 'ASC' ? 'LAST' : 'FIRST';
  const words = [
    key.column ?? key.expression ?? '',
    key.collation === null ? '' : `collate ${key.collation}`,
    key.opclass ?? '',
    key.order === 'ASC' ? '' : 'desc',
    key.nulls === usual ? '' : `nulls ${key.nulls.toLowerCase()}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

function foreignKeyFragments(model: ForeignKeyModel): readonly string[] {
  return [
    `${inParentheses(model.columns)} to ${model.table} ${inParentheses(model.references)}`,
    ...actionFragments('delete', model.onDelete, model.setColumns),
    ...actionFragments('update', model.onUpdate),
    ...(model.match === 'SIMPLE' ? [] : [`match ${model.match.toLowerCase()}`]),
    ...deferrableFragments(model.deferrable),
    ...validityFragments(model),
  ];
}

function checkFragments(model: CheckModel): readonly string[] {
  return [...(model.inherited === false ? ['not inherited'] : []), ...validityFragments(model)];
}

function validityFragments({
  validated,
  enforced,
}: Pick<CheckModel, 'validated' | 'enforced'>): readonly string[] {
  if (enforced === false) return ['not enforced'];
  return validated ? [] : ['unvalidated'];
}

function actionFragments(
  event: 'delete' | 'update',
  action: ForeignKeyAction,
  columns?: readonly string[],
): readonly string[] {
  const of = columns ? ` ${inParentheses(columns)}` : '';
  return action === 'NO ACTION' ? [] : [`on ${event} ${action.toLowerCase()}${of}`];
}

function deferrableFragments(deferrable: KeyModel['deferrable']): readonly string[] {
  return deferrable === null ? [] : [`deferrable ${deferrable.toLowerCase()}`];
}

function exclusionFragments({ method, elements, where, deferrable }: ExclusionModel): readonly string[] {
  return [
    inParentheses(elements.map(({ expression, operator }) => `${expression.sql} with ${operator}`)),
    ...(method === 'gist' ? [] : [`using ${method}`]),
    ...(where === null ? [] : [`where ${where.sql}`]),
    ...deferrableFragments(deferrable),
  ];
}

function inParentheses(words: readonly string[]): string {
  return `(${words.join(', ')})`;
}
