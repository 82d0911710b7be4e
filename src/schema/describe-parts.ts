import type { AlterChange } from './change.js';
import type { ColumnModel, Expression } from './model.js';

/** Aspects of a column with another name than in the model. */
export const ASPECT_NOUNS: Readonly<Record<string, string>> = {
  identity: 'numbering',
  generated: 'computation',
};

/** Whether a column may be null. */
export function nullability({ nullable }: Pick<ColumnModel, 'nullable'>): string {
  return nullable ? 'nullable' : 'not null';
}

/** The properties of a column, piece by piece; usual ones are left out. */
export function propertiesOf(column: ColumnModel): readonly string[] {
  const { generated, storage, default: value } = column;
  return [
    column.type,
    ...(column.identity === null ? [] : [identityWords(column.identity)]),
    ...(column.collation === null ? [] : [`collation ${column.collation}`]),
    ...(generated === null ? [] : [`computed as ${generated.sql}`, storage ?? 'stored']),
    nullability(column),
    ...(value === null ? [] : [`default ${value.sql}`]),
  ];
}

function identityWords(identity: NonNullable<ColumnModel['identity']>): string {
  return identity === 'always' || identity === 'by default' ? `identity ${identity}` : identity;
}

/** The differences of a column, piece by piece. */
export function alteredColumn({ aspects, live, desired }: AlterChange<'column'>): string {
  const isComputedAnew = (live.generated === null) !== (desired.generated === null);
  const words: Readonly<Record<string, string>> = {
    type: becoming('type', live.type, desired.type),
    nullable: `now ${nullability(desired)}`,
    default: becoming('default', sqlOf(live.default), sqlOf(desired.default)),
    identity: becoming(ASPECT_NOUNS['identity'] ?? '', live.identity, desired.identity),
    generated: computedWords(sqlOf(live.generated), sqlOf(desired.generated)),
    storage: becoming('storage', live.storage, desired.storage),
    collation: becoming('collation', live.collation, desired.collation),
    comment: becoming('comment', live.comment, desired.comment),
  };
  const confirmed = aspects.filter((aspect) => !(aspect === 'storage' && isComputedAnew));
  return confirmed.map((aspect) => words[aspect] ?? aspect).join(', ');
}

function computedWords(live: string | null, desired: string | null): string {
  if (desired === null) return 'no longer computed';
  return live === null ? `now computed as ${desired}` : `computed as ${desired} instead of ${live}`;
}

function sqlOf(expression: Expression | null): string | null {
  return expression?.sql ?? null;
}

/** A property that may be absent on either side. */
export function becoming(noun: string, live: string | null, desired: string | null): string {
  if (live === null) return `new ${noun} ${desired ?? ''}`;
  return desired === null ? `${noun} ${live} dropped` : `${noun} ${live} becomes ${desired}`;
}

/** The differences of two lists of values. */
export function valuesWords(live: readonly string[], desired: readonly string[]): string {
  const added = desired.filter((value) => !live.includes(value));
  const dropped = live.filter((value) => !desired.includes(value));
  const words = [
    ...(added.length === 0 ? [] : [`new ${valuesNoun(added)} ${added.join(', ')}`]),
    ...(dropped.length === 0 ? [] : [`${valuesNoun(dropped)} ${dropped.join(', ')} dropped`]),
  ];
  return words.length === 0 ? 'values reordered' : words.join(', ');
}

function valuesNoun(values: readonly string[]): string {
  return values.length === 1 ? 'value' : 'values';
}
