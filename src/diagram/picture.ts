/** Draws schemas: what a picture shows, where its boxes stand, and the picture as SVG and as Mermaid. */

/** What a comparison shows of an object: it came, it went, or it changed. */
export type Mark = 'added' | 'removed' | 'changed';

/** A line of a box: a column, a value of an enum, or a part of a table that changed. */
export interface Row {
  readonly name: string;
  /** The type of a column, or what the part consists of; empty for a value. */
  readonly detail: string;
  /** `PK`, `FK` and `UK` of a column, in this order. */
  readonly keys: readonly string[];
  readonly nullable: boolean;
  /** What is written behind the type: where a relation leads for which there is no line, or what it was before. */
  readonly note?: string;
  readonly mark?: Mark;
}

/** What a box stands for. */
type BoxKind = 'table' | 'partitioned table' | 'view' | 'materialized view' | 'enum';

/** A table, a view or an enum. */
export interface Box {
  readonly kind: BoxKind;
  readonly name: string;
  /** Under the name: how the table is partitioned, for example; empty for nothing. */
  readonly note: string;
  readonly rows: readonly Row[];
  readonly mark?: Mark;
}

/** A relation between two tables, or what a view reads. */
export interface Line {
  readonly kind: 'foreign-key' | 'reads';
  /** The box that is referred to; a table without a box is left out. */
  readonly parent: string;
  readonly child: string;
  /** Columns, in pairs; none for a view. */
  readonly parentColumns: readonly string[];
  readonly childColumns: readonly string[];
  /** `on delete cascade`; empty for no action. */
  readonly label: string;
  /** Whether a child may be without its parent. */
  readonly optional: boolean;
  /** Whether a parent has one child at most. */
  readonly single: boolean;
  readonly mark?: Mark;
}

/** The content of a diagram. Boxes are sorted by kind and name. */
export interface Picture {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/** A sign for who does not see the colour. */
export const SIGNS: Readonly<Record<Mark, string>> = { added: '+', removed: '−', changed: '~' };

/** Boxes that foreign keys lead to; enums and views share no name with a table. */
export function isTable({ kind }: Box): boolean {
  return kind === 'table' || kind === 'partitioned table';
}
