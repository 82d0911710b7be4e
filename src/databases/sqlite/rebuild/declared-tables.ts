import { foldSqliteName } from '../../../sql/identifiers.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { readSqliteStatement } from '../../../sql/sqlite-statement.js';
import type { Part } from './part.js';
import { addedParts, tableParts } from './table-parts.js';

/**
 * What statements specify for tables, at any time: nothing is forgotten when a table or a column is dropped. A renamed
 * table keeps what it had under the old name.
 */
export class DeclaredTables {
  readonly #parts = new Map<string, ReadonlyMap<string, Part>>();

  /** The parts of a table before the statements. */
  add(table: string, parts: readonly Part[]): void {
    const name = foldSqliteName(table);
    const known = [...(this.#parts.get(name)?.values() ?? []), ...parts];
    this.#parts.set(name, new Map(known.map((part) => [part.key, part])));
  }

  /** Of a table under any of the names. */
  of(names: readonly string[]): readonly Part[] {
    return names.flatMap((name) => [...(this.#parts.get(foldSqliteName(name))?.values() ?? [])]);
  }

  /** @param own names of one table, by which it may refer to itself */
  read(statements: readonly string[], own: readonly string[]): void {
    for (const sql of statements) this.#read(sql, own);
  }

  #read(sql: string, own: readonly string[]): void {
    const statement = readSqliteStatement(sql);
    switch (statement?.kind) {
      case 'create-table':
        this.add(statement.table, tableParts(sql, own));
        return;
      case 'add-column':
        this.add(statement.table, addedParts(sql));
        return;
      case 'rename-table':
        this.add(statement.to, this.of([statement.table]));
        return;
      case 'rename-column':
        this.#renameColumn(statement);
        return;
      default:
    }
  }

  #renameColumn({
    table,
    column,
    to,
  }: {
    readonly table: string;
    readonly column: string;
    readonly to: string;
  }) {
    const [former, name] = [column, to].map(foldSqliteName);
    if (former === undefined || name === undefined) return;
    const concerned = this.of([table]).filter(({ columns }) => columns.includes(former));
    this.add(
      table,
      concerned.map((part) => ({
        ...part,
        key: part.key.replaceAll(quoteIdentifier(former), quoteIdentifier(name)),
        columns: part.columns.map((one) => (one === former ? name : one)),
      })),
    );
  }
}
