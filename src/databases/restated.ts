import type { ReadAll } from './live-schema.js';

/** An object of a live database as statements that create and drop it. */
export interface RestatedObject {
  /** Its kind and name: `view public.v`. */
  readonly what: string;
  readonly up: readonly string[];
  /** Empty where dropping another object drops it, and for what stays. */
  readonly down: readonly string[];
}

/** A live database as statements. */
export interface Restatement {
  /** Settings for the transaction that creates them. */
  readonly settings: readonly string[];
  /** In an order that may not work yet: objects may depend on later ones. */
  readonly objects: readonly RestatedObject[];
  /** Objects for which no statement is known: kind and name. */
  readonly unknown: readonly string[];
}

/** What is restated. */
export interface Restated {
  readonly readAll: ReadAll;
  /** The schema that a name without one means. */
  readonly defaultSchema: string;
  /** Tables that are left out: those of the records. */
  readonly without: readonly string[];
  /** The table in which TypeORM records texts of views. */
  readonly viewTexts: string;
}
