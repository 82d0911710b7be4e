import { readSqliteStatement, type SqliteStatement } from '../../sql/sqlite-statement.js';
import type { IndexModel } from '../../schema/model.js';
import type { Action, ColumnFact } from './action.js';
import type { StatementFacts } from './read-statement.js';

/** What a statement of SQLite does, as far as tables, columns and indexes go; what is not understood does nothing. */
export function sqliteFacts(sql: string): StatementFacts {
  const statement = readSqliteStatement(sql);
  return {
    actions: statement ? actionsOf(statement, sql) : [],
    literals: new Set(),
    identifiers: () => [],
    problem: null,
  };
}

function actionsOf(statement: SqliteStatement, sql: string): readonly Action[] {
  switch (statement.kind) {
    case 'create-table': {
      const columns = (statement.columns ?? []).map(columnNamed);
      const known = { columns, constraints: [], complete: statement.columns !== null };
      return [{ ...statement, ...known, ...PLAIN }];
    }
    case 'create-index':
      return [{ ...statement, concurrently: false, only: false, index: indexNamed(statement), text: sql }];
    case 'drop-index':
      return [{ kind: 'drop-index', name: statement.name, concurrently: false }];
    case 'add-column':
      return [{ kind: 'add-column', table: statement.table, column: columnNamed(statement.column) }];
    case 'create-trigger':
    case 'drop-trigger':
      return [];
    default:
      return [statement];
  }
}

const PLAIN = {
  partitionKey: null,
  parents: [],
  isPartition: false,
  isDefault: false,
  persistence: 'permanent',
} as const;

/** Only its name is compared. */
function indexNamed({ name, unique }: { readonly name: string; readonly unique: boolean }): IndexModel {
  return { name, unique, keys: [], include: [], nulls: 'distinct', method: '', where: null, valid: true };
}

/** The same holds for a column. */
function columnNamed(name: string): ColumnFact {
  return {
    name,
    type: { name: '', modifiers: [], array: false },
    collation: '',
    serial: null,
    notNull: false,
    default: null,
    generated: null,
    computedFrom: null,
    constraints: [],
    text: name,
  };
}
