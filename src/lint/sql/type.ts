import type { CollateClause, Node, TypeName } from 'libpg-query';
import { quotePath } from '../../sql/quote.js';
import type { TypeFact } from './action.js';
import { qualified, textOf, textsOf } from '../../databases/postgres/parse/names.js';

/** A type by the name that the server has for it. */
export function typeFact(type: TypeName | undefined): TypeFact {
  const names = textsOf(type?.names);
  const name = qualified(names[0] === 'pg_catalog' ? names.slice(1) : names);
  const given = (type?.typmods ?? []).flatMap(modifierIn);
  const array = (type?.arrayBounds ?? []).length > 0;
  if (name !== 'interval') return { name, modifiers: given, array };
  const [fields, ...modifiers] = given;
  return { name: intervalName(fields), modifiers, array };
}

/** The type of a column as SQL writes it. */
export function typeText({ name, modifiers, array }: TypeFact): string {
  const isPlain = name !== 'char' && /^[a-z_][a-z0-9_]*$|^interval /.test(name);
  const written = isPlain ? name : quotePath(name);
  return `${written}${modifiers.length > 0 ? `(${modifiers.join(', ')})` : ''}${array ? '[]' : ''}`;
}

/** The collation that is written for a column; empty for none. */
export function collationName(clause: CollateClause | undefined): string {
  const names = textsOf(clause?.collname);
  const name = qualified(names[0] === 'pg_catalog' ? names.slice(1) : names);
  return name === 'default' ? '' : name;
}

/** A number; or a word, as extensions have them. */
function modifierIn(node: Node): readonly (number | string)[] {
  if ('A_Const' in node) return [node.A_Const.ival?.ival ?? node.A_Const.sval?.sval ?? 0];
  if (!('ColumnRef' in node)) return [];
  return [textOf(node.ColumnRef.fields?.[0]).toLowerCase()];
}

/** What the grammar makes of the fields of an interval: a bit for each of them. */
const FIELDS: Readonly<Record<number, string>> = {
  2: 'month',
  4: 'year',
  6: 'year to month',
  8: 'day',
  1024: 'hour',
  1032: 'day to hour',
  2048: 'minute',
  3072: 'hour to minute',
  3080: 'day to minute',
  4096: 'second',
  6144: 'minute to second',
  7168: 'hour to second',
  7176: 'day to second',
};

/** All fields are present where none is written. */
function intervalName(fields: number | string | undefined): string {
  const words = typeof fields === 'number' ? FIELDS[fields] : undefined;
  return words === undefined ? 'interval' : `interval ${words}`;
}
