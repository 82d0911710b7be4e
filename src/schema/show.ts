import { partitionWords, type PartitionModel } from './partition.js';
import type { ConflictClause, ExclusionModel, Expression, IndexKey, TableModel, ViewModel } from './model.js';

/** Words of an aspect where its name in the model is unclear. */
export const ASPECT_WORDS: Readonly<Record<string, string>> = {
  partition: 'partitioning',
  conflicts: 'ON CONFLICT',
  where: 'predicate',
  keys: 'columns',
  nulls: 'treatment of nulls',
  onDelete: 'ON DELETE',
  onUpdate: 'ON UPDATE',
  references: 'referenced columns',
  table: 'referenced table',
  outputs: 'columns',
  setColumns: 'columns that ON DELETE changes',
};

/** Aspects of which there are several. */
export const PLURAL_ASPECTS: readonly string[] = [
  'keys',
  'columns',
  'include',
  'references',
  'elements',
  'values',
  'setColumns',
];

/** A value of the model in words: short, without absent or usual parts. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `(${value.map(show).join(', ')})`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? "''" : value;
  if (typeof value !== 'object') return JSON.stringify(value);
  if ('sql' in value) return (value as Expression).sql;
  if ('strategy' in value) return partitionWords(value as PartitionModel);
  if ('order' in value) return showKey(value as IndexKey);
  if ('operator' in value) return showElement(value as ExclusionModel['elements'][number]);
  if ('columns' in value && 'persistence' in value)
    return `${String((value as TableModel).columns.length)} columns`;
  if ('materialized' in value) return showView(value as ViewModel);
  if ('action' in value) return showConflict(value as ConflictClause);
  const entries = Object.entries(value).filter(([name, field]) => name !== 'name' && !isUsual(name, field));
  return entries.map(([name, field]) => `${ASPECT_WORDS[name] ?? name} ${show(field)}`).join(', ');
}

function showView({ text, materialized }: ViewModel): string {
  return `${materialized ? 'a materialized view: ' : ''}${text}`;
}

/** Of NOT NULL, it is the column that has it. */
function showConflict({ action, columns }: ConflictClause): string {
  return `${action} of ${columns.join(', ')}`;
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

/** Usual values, by field of the model. */
const USUAL: Readonly<Record<string, unknown>> = {
  unique: false,
  valid: true,
  validated: true,
  enforced: true,
  inherited: true,
  setColumns: 'all',
  method: 'btree',
  nulls: 'distinct',
  match: 'SIMPLE',
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
};

/** A field of the model; one that is absent has its usual value. */
export function fieldOf(model: object, name: string): unknown {
  return (model as Readonly<Record<string, unknown>>)[name] ?? USUAL[name];
}

function isUsual(name: string, field: unknown): boolean {
  return field === null || field === USUAL[name] || (Array.isArray(field) && field.length === 0);
}
