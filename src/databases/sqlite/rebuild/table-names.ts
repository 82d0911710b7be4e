import { foldSqliteName } from '../../../sql/identifiers.js';
import type { SqliteStatement } from '../../../sql/sqlite-statement.js';

/** A table that was there before, and that statements have dropped. */
export interface DroppedTable {
  /** Its name in the statement. */
  readonly table: string;
  /** All its names in the statements, and those of a table that has taken its place since; in lower case. */
  readonly names: readonly string[];
}

/** Follows tables through the statements of a revision, under all their names. */
export class TableNames {
  readonly #created: Set<string>;
  /** Former names of tables that were renamed, by the present one. */
  readonly #former = new Map<string, readonly string[]>();
  readonly #dropped: { readonly table: string; readonly names: string[] }[] = [];

  /** @param created tables that were created before, in lower case; those of the statements are added */
  constructor(created: Set<string>) {
    this.#created = created;
  }

  /** Returns the table that the statement drops, unless it was created before. */
  read(statement: SqliteStatement | undefined): DroppedTable | undefined {
    switch (statement?.kind) {
      case 'create-table':
        this.#created.add(foldSqliteName(statement.table));
        return undefined;
      case 'rename-table':
        this.#rename(foldSqliteName(statement.table), foldSqliteName(statement.to));
        return undefined;
      case 'drop-table':
        return this.#drop(statement.table);
      default:
        return undefined;
    }
  }

  /** Whether a table that was created has the name now. */
  isCreated(name: string): boolean {
    return this.#created.has(name);
  }

  #rename(from: string, to: string): void {
    for (const { names } of this.#dropped) if (names.includes(from)) names.push(to);
    if (this.#created.delete(from)) this.#created.add(to);
    else this.#former.set(to, this.#namesOf(from));
    this.#former.delete(from);
  }

  #drop(table: string): DroppedTable | undefined {
    const name = foldSqliteName(table);
    if (this.#created.delete(name)) return undefined;
    const dropped = { table, names: [...this.#namesOf(name)] };
    this.#dropped.push(dropped);
    return dropped;
  }

  #namesOf(name: string): readonly string[] {
    return [...(this.#former.get(name) ?? []), name];
  }
}
