/** What a scratch database at head knows about views, before a change is planned. */

import type { Change } from '../schema/change.js';
import type { IndexModel, ViewColumn, ViewModel } from '../schema/model.js';

/** A table that a view reads. */
export interface ViewUse {
  /** The table in the names of the model. */
  readonly table: string;
  /** Its columns that the view names; empty where it only reads the table. */
  readonly columns: readonly string[];
}

/** What a query depends on, and what it results in. */
export interface ViewQuery {
  /** As the database spells it; its own text where it keeps that. */
  readonly definition: string;
  readonly outputs: readonly ViewColumn[];
  readonly uses: readonly ViewUse[];
  /** Enumerated types that it names. */
  readonly types: readonly string[];
  /** Other views that it reads. */
  readonly views: readonly string[];
}

/** A view of the database, of an entity or not. */
export interface LiveView extends ViewQuery {
  readonly name: string;
  readonly materialized: boolean;
  readonly indexes: readonly IndexModel[];
  /** Statements that make again what hangs on it: rights, comments, rules, triggers, options, indexes. */
  readonly attached: readonly string[];
  /** What keeps it from being dropped, in words; nothing makes that again. */
  readonly obstacles: readonly string[];
  /** The definition as a snapshot has it: without the default schema. */
  readonly stored: string;
  /** The recorded text where that is what the view was made from; the definition otherwise. */
  readonly text: string;
  /** The text that TypeORM has recorded of it; null for none. */
  readonly recorded: string | null;
  /** `local` or `cascaded`; the definition lacks it. */
  readonly checkOption?: string | null;
}

/** Why a database does not take the text of a view. */
export interface RefusedText {
  /** `gone-view` for a view that goes with the change, `itself` for one that reads itself, maybe through others. */
  readonly kind: 'syntax' | 'column' | 'relation' | 'gone-view' | 'itself' | 'other';
  /** The column or the relation that is missing, as the database names it; a view that goes has its own name. */
  readonly missing: string | null;
  readonly words: string;
}

/** What the database makes of the text of a view once the tables have changed. */
export type CompiledView = ViewQuery | { readonly refused: RefusedText };

/** The views of a scratch database at head. */
export interface ViewFacts {
  readonly live: readonly LiveView[];
  /** By the name of the view: those of the entities, and others that stay. */
  readonly compiled: ReadonlyMap<string, CompiledView>;
  /** The table in which TypeORM records texts of views and expressions of computed columns. */
  readonly records: {
    readonly table: string;
    readonly isThere: boolean;
    /** The expressions of computed columns, by `table.column`; null where none are kept. */
    readonly computed: ReadonlyMap<string, string> | null;
  };
  /** By which a stored definition is found: the major version of the server. */
  readonly version: string;
}

/** What is asked of the views of a scratch database. */
export interface ViewsAsked {
  /** The views of the entities. */
  readonly declared: readonly ViewModel[];
  /** Names of the views that entities declared before: no other view can read them. */
  readonly gone: readonly string[];
  /** The changes of tables: texts are tried against their columns as they will be. */
  readonly changes: readonly Change[];
  readonly defaultSchema: string;
  /** The table in which TypeORM records texts of views. */
  readonly table: string;
}

/** No views. */
export const NO_VIEWS: ViewFacts = {
  live: [],
  compiled: new Map(),
  records: { table: 'typeorm_metadata', isThere: true, computed: null },
  version: '',
};

/** What TypeORM has recorded: texts of views, and expressions of computed columns. */
export interface Recorded {
  readonly views: ReadonlyMap<string, string>;
  readonly computed: ReadonlyMap<string, string>;
}
