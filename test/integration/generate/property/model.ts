/** The content of a column, in words for both databases. */
export type Kind =
  | 'varchar'
  | 'text'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'numeric'
  | 'double precision'
  | 'boolean'
  | 'instant'
  | 'simple-json'
  /** These two, PostgreSQL only. */
  | 'json'
  | 'jsonb'
  | 'enum';

/** A default, by its value for existing rows: the same for all, the moment, or another one for each. */
export type Default = null | 'constant' | 'other' | 'now' | 'random';

/** A column. Ids stay the same through a rename, so that two models show what was done. */
export interface Column {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  /** Length, or precision. */
  readonly size: number;
  readonly scale: number;
  readonly nullable: boolean;
  readonly default: Default;
  readonly comment: string | null;
  readonly values: readonly EnumValue[];
  /** The name of an enumerated type that columns share; null for one of the column's own. */
  readonly sharedEnum: string | null;
  /** The id of the column that it is computed from. */
  readonly computed: Computed | null;
  /** Whether it was created for a foreign key: its values are of another table. */
  readonly refers: boolean;
  /** Whether the database numbers it. */
  readonly numbered: boolean;
}

/** A value of an enumerated column. */
export interface EnumValue {
  readonly id: string;
  readonly name: string;
}

/** A computed column: its source, and its expression. */
export interface Computed {
  readonly from: string;
  readonly variant: number;
}

/** A condition on a column, which is spelled by the content of the column. */
export interface Condition {
  readonly column: string;
  readonly variant: number;
}

/** A unique constraint; its columns are ids, as everywhere. A null name is TypeORM's own. */
export interface Unique {
  readonly id: string;
  readonly name: string | null;
  readonly columns: readonly string[];
}

/** An index. */
export interface Index extends Unique {
  readonly unique: boolean;
  readonly where: Condition | null;
}

/** A foreign key. */
export interface ForeignKey extends Unique {
  /** The id of a table. */
  readonly target: string;
  readonly references: readonly string[];
  readonly onDelete: 'CASCADE' | 'SET NULL' | 'NO ACTION';
}

/** A check that every row passes, whatever its values. */
export interface Check {
  readonly id: string;
  readonly name: string;
  readonly condition: Condition;
}

/** An exclusion constraint, which every row passes: the key is in it. PostgreSQL only. */
export interface Exclusion {
  readonly id: string;
  readonly name: string;
  readonly condition: Condition;
}

/** A table. */
export interface Table {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  /** For SQLite; PostgreSQL ignores it. */
  readonly withoutRowid: boolean;
  readonly keyName: string | null;
  readonly uniques: readonly Unique[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  readonly exclusions: readonly Exclusion[];
}

/** A column of a view: its name, and the column of the table or of the view that it shows. */
export interface ViewColumn {
  readonly name: string;
  readonly shows: string;
}

/** A view of a table or of another view. */
export interface View {
  readonly id: string;
  readonly name: string;
  /** The id of a table or of a view. */
  readonly source: string;
  readonly columns: readonly ViewColumn[];
  /** A condition on a column of the table. */
  readonly where: Condition | null;
  /** Filled, with an index; PostgreSQL only. */
  readonly materialized: boolean;
}

/** Entities as plain data, so that a counterexample can be read. */
export interface Model {
  readonly tables: readonly Table[];
  /** A view is behind those that it reads. */
  readonly views: readonly View[];
  /** For ids. */
  readonly next: number;
}

/** The column of an id. */
export function columnOf(table: Table, id: string): Column {
  const column = table.columns.find((one) => one.id === id);
  if (!column) throw new Error(`There is no column ${id} in ${table.name}.`);
  return column;
}

/** Choices that follow from one number: the same number, the same choices. */
export class Picker {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below the limit. https://en.wikipedia.org/wiki/Xorshift, with the constants of mulberry32. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** One of a list; undefined when that is empty. */
  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(Math.max(list.length, 1))];
  }

  /** One of a list that is not empty. */
  one<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** True in that many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

/** The first free name of a list, from some place on; one with a number where none is free. */
export function freeName(picker: Picker, names: readonly string[], taken: readonly string[]): string {
  const known = new Set(taken.map((name) => name.toLowerCase()));
  const start = picker.below(names.length);
  const isFree = (name: string) => !known.has(name.toLowerCase());
  const free = [...names.slice(start), ...names.slice(0, start)].find(isFree);
  return free ?? numbered(names[start] ?? 'n', taken.length, isFree);
}

function numbered(name: string, number: number, isFree: (name: string) => boolean): string {
  const candidate = `${name}_${number}`;
  return isFree(candidate) ? candidate : numbered(name, number + 1, isFree);
}
