import { foldSqliteName } from '../../../sql/identifiers.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { readSqliteStatement, type SqliteStatement } from '../../../sql/sqlite-statement.js';
import type { Part } from './part.js';
import { addedParts, tableParts } from './table-parts.js';

/**
 * What one statement specifies. It is read when somebody asks for it, and once: of a whole history, most tables are never
 * asked for, and a name that a rename hands on is asked for again and again.
 */
type Piece = () => readonly Part[];

/** The statements of a list that was read before: each rebuilt table asks for those of all earlier revisions. */
const readBefore = new WeakMap<readonly string[], readonly (SqliteStatement | undefined)[]>();

/**
 * What statements specify for tables, at any time: nothing is forgotten when a table or a column is dropped. A renamed
 * table keeps what it had under the old name.
 */
export class DeclaredTables {
  readonly #pieces = new Map<string, ReadonlySet<Piece>>();

  /** The parts of a table before the statements. */
  add(table: string, parts: Piece): void {
    this.#handOn(table, [once(parts)]);
  }

  /** Of a table under any of the names. */
  of(names: readonly string[]): readonly Part[] {
    return names.flatMap((name) => partsOf(this.#of(name)));
  }

  /** @param own names of one table, by which it may refer to itself */
  read(statements: readonly string[], own: readonly string[]): void {
    const read = readBefore.get(statements) ?? statements.map(readSqliteStatement);
    readBefore.set(statements, read);
    statements.forEach((sql, index) => this.#read(sql, read[index], own));
  }

  #of(table: string): ReadonlySet<Piece> {
    return this.#pieces.get(foldSqliteName(table)) ?? new Set();
  }

  #handOn(table: string, pieces: Iterable<Piece>): void {
    this.#pieces.set(foldSqliteName(table), new Set([...this.#of(table), ...pieces]));
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
        this.#handOn(statement.to, this.#of(statement.table));
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
    const pieces = this.#of(table);
    const renamed = (part: Part): Part => ({
      ...part,
      key: part.key.replaceAll(quoteIdentifier(former), quoteIdentifier(name)),
      columns: part.columns.map((one) => (one === former ? name : one)),
    });
    this.add(table, () =>
      partsOf(pieces)
        .filter(({ columns }) => columns.includes(former))
        .map(renamed),
    );
  }
}

function partsOf(pieces: ReadonlySet<Piece>): readonly Part[] {
  const all = [...pieces].flatMap((piece) => piece());
  return [...new Map(all.map((part) => [part.key, part])).values()];
}

function once(read: Piece): Piece {
  let parts: readonly Part[] | undefined;
  return () => (parts ??= read());
}
