import { inside, keyword, splitAtCommas, tokenise, type Token } from '../../sql/tokens.js';
import type { Action, ColumnFact } from './action.js';
import type { StatementFacts } from './read-statement.js';

/** Reads a statement of SQLite as far as tables, columns and indexes go; what it does not understand does nothing. */
export function readSqliteStatement(sql: string): StatementFacts {
  return { actions: actionsIn(tokenise(sql, 'sqlite')), literals: new Set(), problem: null };
}

function actionsIn(tokens: readonly Token[]): readonly Action[] {
  const words = tokens.slice(0, 6).map((token) => keyword(token) ?? '');
  const name = words.join(' ');
  if (/^CREATE TABLE /.test(name)) return createTable(tokens);
  if (/^CREATE (UNIQUE )?INDEX /.test(name)) return createIndex(tokens);
  if (/^DROP TABLE /.test(name)) return named(tokens, 2, (table) => ({ kind: 'drop-table', table }));
  if (/^DROP INDEX /.test(name))
    return named(tokens, 2, (index) => ({ kind: 'drop-index', name: index, concurrently: false }));
  return /^ALTER TABLE /.test(name) ? alterTable(tokens) : [];
}

/** A name at a place, behind IF [NOT] EXISTS; the schema in front of it is left out. */
function nameAt(tokens: readonly Token[], at: number): { readonly name: string; readonly next: number } {
  let next = at;
  if (keyword(tokens[next]) === 'IF')
    while (['IF', 'NOT', 'EXISTS'].includes(keyword(tokens[next]) ?? '')) next += 1;
  if (keyword(tokens[next + 1]) === '.') next += 2;
  return { name: tokens[next]?.text ?? '', next: next + 1 };
}

function named(tokens: readonly Token[], at: number, make: (name: string) => Action): readonly Action[] {
  return [make(nameAt(tokens, at).name)];
}

function createTable(tokens: readonly Token[]): readonly Action[] {
  const { name: table, next } = nameAt(tokens, 2);
  const isList = keyword(tokens[next]) === '(';
  const columns = isList ? splitAtCommas(inside(tokens, next)).flatMap(columnIn) : [];
  return [{ kind: 'create-table', table, columns, constraints: [], complete: isList }];
}

const TABLE_CONSTRAINT = /^(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN)$/;

function columnIn(item: readonly Token[]): readonly ColumnFact[] {
  const [first] = item;
  if (first === undefined || TABLE_CONSTRAINT.test(keyword(first) ?? '')) return [];
  return [columnNamed(first.text)];
}

/** Only its name is compared. */
function columnNamed(name: string): ColumnFact {
  return {
    name,
    type: { name: '', modifiers: [], array: false },
    serial: null,
    notNull: false,
    default: null,
    generated: null,
    constraints: [],
    text: name,
  };
}

function createIndex(tokens: readonly Token[]): readonly Action[] {
  const unique = keyword(tokens[1]) === 'UNIQUE';
  const { name, next } = nameAt(tokens, unique ? 3 : 2);
  const table = nameAt(tokens, next + 1).name;
  const parts = { columns: [], included: [], mentions: [] };
  return [{ kind: 'create-index', table, name, unique, concurrently: false, ...parts }];
}

function alterTable(tokens: readonly Token[]): readonly Action[] {
  const { name: table, next } = nameAt(tokens, 2);
  const rest = tokens.slice(next);
  const verb = keyword(rest[0]);
  const at = keyword(rest[1]) === 'COLUMN' ? 2 : 1;
  const column = rest[at]?.text ?? '';
  if (verb === 'ADD') return [{ kind: 'add-column', table, column: columnNamed(column) }];
  if (verb === 'DROP') return [{ kind: 'drop-column', table, column }];
  if (verb !== 'RENAME') return [];
  if (keyword(rest[1]) === 'TO') return [{ kind: 'rename-table', table, to: rest[2]?.text ?? '' }];
  return [{ kind: 'rename-column', table, column, to: rest[at + 2]?.text ?? '' }];
}
