import { readSqliteStatement, type SqliteStatement } from '../../sql/sqlite-statement.js';
import type { Action, ColumnFact } from './action.js';
import type { StatementFacts } from './read-statement.js';

/** What a statement of SQLite does, as far as tables, columns and indexes go; what is not understood does nothing. */
export function sqliteFacts(sql: string): StatementFacts {
  const statement = readSqliteStatement(sql);
  return { actions: statement ? actionsOf(statement) : [], literals: new Set(), problem: null };
}

function actionsOf(statement: SqliteStatement): readonly Action[] {
  switch (statement.kind) {
    case 'create-table': {
      const columns = (statement.columns ?? []).map(columnNamed);
      const known = { columns, constraints: [], complete: statement.columns !== null };
      return [{ ...statement, ...known, partitionKey: null, parents: [], isPartition: false }];
    }
    case 'create-index':
      return [{ ...statement, concurrently: false, only: false, columns: [], included: [], mentions: [] }];
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

/** Only its name is compared. */
function columnNamed(name: string): ColumnFact {
  return {
    name,
    type: { name: '', modifiers: [], array: false },
    collation: '',
    serial: null,
    notNull: false,
    default: null,
    generated: null,
    constraints: [],
    text: name,
  };
}
