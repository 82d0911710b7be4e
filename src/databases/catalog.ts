import type { ColumnRules } from './column-rules.js';
import type { LiveSchema, ReadAll } from './live-schema.js';
import type { SchemaModel, ViewColumn } from '../schema/model.js';

/** Both sides of a comparison. */
export interface BothSides {
  readonly live: SchemaModel;
  readonly desired: SchemaModel;
}

/** A view of a live database. */
export interface LiveDefinition {
  readonly name: string;
  readonly materialized: boolean;
  /** As the database spells it, without the default schema. */
  readonly definition: string;
  /** `local` or `cascaded`; the definition lacks it. */
  readonly checkOption?: string | null;
  readonly outputs: readonly ViewColumn[];
}

/** The views of a live database. */
export interface LiveDefinitions {
  readonly views: readonly LiveDefinition[];
  /** By which a stored definition is found; null where the database keeps the text that was written. */
  readonly version: string | null;
}

/** How schemas are read and compared in one dialect. */
export interface Catalog {
  readonly columns: ColumnRules;
  /**
   * Reads the schemas of these names, the default one first, in one round trip where the database has any.
   *
   * @param tables of the entities: a partition counts as a table only if it is among them; default none
   */
  introspect(readAll: ReadAll, schemas: readonly string[], tables?: readonly string[]): Promise<LiveSchema>;
  /** Reads views of these names, from the catalog alone. @param defaultSchema of names without one */
  views(readAll: ReadAll, names: readonly string[], defaultSchema: string): Promise<LiveDefinitions>;
  /**
   * Finds the one spelling of every expression of both sides; needs at most one round trip unless one is refused.
   *
   * @param defaultSchema what names without a schema mean in the models
   */
  canonicalize(sides: BothSides, readAll: ReadAll, defaultSchema: string): Promise<BothSides>;
}
