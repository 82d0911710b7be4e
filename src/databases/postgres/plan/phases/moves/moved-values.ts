/** Values of an enumerated type that goes on without some of them: what a second column has in their place. */

import type { ColumnModel, EnumModel } from '../../../../../schema/model.js';
import { EQ, OVERLAPS } from '../../../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import { secondName, type Second } from './second-names.js';

/** A type that loses values, and what becomes of them. */
export interface MovedValues {
  /** With the values of both releases. */
  readonly live: EnumModel;
  readonly desired: EnumModel;
  /** Former name -> new name. */
  readonly renamed: ReadonlyMap<string, string>;
  /** A value that goes -> the one that its rows get. */
  readonly joined: ReadonlyMap<string, string>;
}

/** The temporary name of one of the two types: the one that has not the name of both. */
export function secondType({ desired: { name } }: MovedValues, which: Second): string {
  const own = name.slice(name.indexOf('.') + 1);
  return `${name.slice(0, name.length - own.length)}${secondName(own, which)}`;
}

/** Values that go without another one for their rows. */
export function valuesGone({ live, desired, renamed, joined }: MovedValues): readonly string[] {
  return live.values.filter(
    (value) => !desired.values.includes(value) && !renamed.has(value) && !joined.has(value),
  );
}

/** What a second column gets. */
interface SecondValue {
  readonly values: MovedValues;
  readonly which: Second;
  /** The first column, as SQL. */
  readonly column: string;
}

/** The type of the second column, as the model calls it. */
export function typeOfSecond({ type }: ColumnModel, values: MovedValues, which: Second): string {
  const [dimensions = ''] = /(?:\[\])*$/.exec(type) ?? [];
  return `enum ${secondType(values, which)}${dimensions}`;
}

/**
 * The value of a second column, as a text or as a list of texts, which have no type that gets another name. NULL for a
 * value that goes.
 */
export function secondText(model: ColumnModel, { values, which, column }: SecondValue): string {
  const text = textOf(model, column);
  const gone = which === 'new' ? valuesGone(values) : [];
  const value = renamedText(model, text, which === 'new' ? forth(values) : back(values));
  return gone.length === 0 ? value : `CASE WHEN ${isOneOf(model, text, gone)} THEN NULL ELSE ${value} END`;
}

/** The condition that both columns have the same value, each under its own name. */
export function haveSameValue(model: ColumnModel, values: MovedValues, which: Second): string {
  const first = quoteIdentifier(model.name);
  const second = quoteIdentifier(secondName(model.name, which));
  const [former, next] = which === 'new' ? [first, second] : [second, first];
  const same = `${renamedText(model, textOf(model, former), forth(values))} ${EQ} ${textOf(model, next)}`;
  const both = `${second} IS NOT NULL AND ${same}`;
  return model.nullable
    ? `(${first} IS NULL AND ${second} IS NULL) OR (${first} IS NOT NULL AND ${both})`
    : both;
}

/** Which rows have a value that goes. */
export function hasGone(model: ColumnModel, gone: readonly string[]): string {
  return isOneOf(model, textOf(model, quoteIdentifier(model.name)), gone);
}

function isOneOf(model: ColumnModel, text: string, values: readonly string[]): string {
  const all = `ARRAY[${values.map(quoteLiteral).join(', ')}]::pg_catalog.text[]`;
  return isList(model) ? `${text} ${OVERLAPS} ${all}` : `${text} ${EQ} ANY (${all})`;
}

function forth({ renamed, joined }: MovedValues): ReadonlyMap<string, string> {
  return new Map([...renamed, ...joined]);
}

/** A value that another one has joined cannot be told apart from it. */
function back({ renamed }: MovedValues): ReadonlyMap<string, string> {
  return new Map([...renamed].map(([from, to]) => [to, from]));
}

function isList({ type }: ColumnModel): boolean {
  return type.endsWith('[]');
}

function textOf(model: ColumnModel, column: string): string {
  return `${column}::pg_catalog.text${isList(model) ? '[]' : ''}`;
}

function renamedText(model: ColumnModel, text: string, pairs: ReadonlyMap<string, string>): string {
  const all = [...pairs].map((pair) => pair.map((value) => `${quoteLiteral(value)}::pg_catalog.text`));
  if (all.length === 0) return text;
  if (isList(model))
    return all.reduce((sql, pair) => `pg_catalog.array_replace(${[sql, ...pair].join(', ')})`, text);
  const cases = all.map(([from = '', to = '']) => `WHEN ${text} ${EQ} ${from} THEN ${to}`);
  return `CASE ${cases.join(' ')} ELSE ${text} END`;
}
