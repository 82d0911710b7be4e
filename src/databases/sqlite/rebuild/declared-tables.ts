import { foldSqliteName } from '../../../sql/identifiers.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { readSqliteStatement, type SqliteStatement } from '../../../sql/sqlite-statement.js';
import type { Part } from './part.js';
import { addedParts, tableParts } from './table-parts.js';

/** Parts that are read when somebody asks for them: of a whole history, most tables are never asked for. */
type LazyParts = () => readonly Part[];

const NONE: LazyParts = () => [];

/** The statements of a list that was read before: each rebuilt table asks for those of all earlier revisions. */
const readBefore = new WeakMap<readonly string[], readonly (SqliteStatement | undefined)[]>();

/**
 * What statements specify for tables, at any time: nothing is forgotten when a table or a column is dropped. A renamed
 * table keeps what it had under the old name.
 */
export class DeclaredTables {
  readonly #parts = new Map<string, LazyParts>();

  /** The parts of a table before the statements. */
  add(table: string, parts: LazyParts): void {
    const known = this.#of(table);
    this.#parts.set(foldSqliteName(table), () => {
      const all = [...known(), ...parts()];
      return [...new Map(all.map((part) => [part.key, part])).values()];
    });
  }

  /** Of a table under any of the names. */
  of(names: readonly string[]): readonly Part[] {
    return names.flatMap((name) => this.#of(name)());
  }

  /** @param own names of one table, by which it may refer to itself */
  read(statements: readonly string[], own: readonly string[]): void {
    const read = readBefore.get(statements) ?? statements.map(readSqliteStatement);
    readBefore.set(statements, read);
    statements.forEach((sql, index) => this.#read(sql, read[index], own));
  }

  #of(table: string): LazyParts {
    return this.#parts.get(foldSqliteName(table)) ?? NONE;
  }

  #read(sql: string, statement: SqliteStatement | undefined, own: readonly string[]): void {
    switch (statement?.kind) {
      case 'create-table':
        this.add(statement.table, () => tableParts(sql, own));
        return;
      case 'add-column':
        this.add(statement.table, () => addedParts(sql));
        return;
      case 'rename-table':
        this.add(statement.to, this.#of(statement.table));
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
    const parts = this.#of(table);
    const renamed = (part: Part): Part => ({
      ...part,
      key: part.key.replaceAll(quoteIdentifier(former), quoteIdentifier(name)),
      columns: part.columns.map((one) => (one === former ? name : one)),
    });
    this.add(table, () =>
      parts()
        .filter(({ columns }) => columns.includes(former))
        .map(renamed),
    );
  }
}
