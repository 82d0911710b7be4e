import type { SchemaModel } from '../../schema/model.js';
import { parsePostgresType, canonicalizePostgresType } from '../../sql/postgres-types.js';
import { unquote } from '../../sql/tokens.js';
import type { TypeFact } from '../sql/action.js';
import { typeText } from '../sql/type.js';

/** A type as the model spells it. */
export function modelType(type: TypeFact, { enums }: SchemaModel): string {
  if (enums.some(({ name }) => name === type.name)) return `enum ${type.name}${type.array ? '[]' : ''}`;
  const text = typeText(type);
  return text.startsWith('"') ? text : canonicalizePostgresType(text);
}

/** The way back. */
export function typeFactOf(type: string): TypeFact {
  const parsed = parsePostgresType(type);
  const name = parsed.name.replace(/^enum /, '');
  if (name === parsed.name && !name.startsWith('"')) return parsed;
  return { ...parsed, name: name.replace(/"(?:[^"]|"")*"/g, unquote) };
}
