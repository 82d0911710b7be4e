import type { Change } from '../../../schema/change.js';
import type { ForeignKeyModel, SchemaModel } from '../../../schema/model.js';
import type {
  AttachedObject,
  ConfirmedValues,
  PartProperties,
  SequenceFact,
  TypeProperties,
} from '../../planning.js';
import type { PostgresNames } from './sql.js';

/** The input of operations, besides a change. */
export interface PostgresContext {
  readonly names: PostgresNames;
  readonly from: SchemaModel;
  readonly to: SchemaModel;
  readonly confirmed: ConfirmedValues;
  /** All changes, so that objects that are dropped anyway need no care. */
  readonly changes: readonly Change[];
  /** Whether an expression gives another value for each row, so that existing rows need a value of their own. */
  readonly isVolatile: (sql: string) => boolean;
  /** What has, or may have, the name of a sequence of a column. */
  readonly sequences: readonly SequenceFact[];
  /** Extensions that the revisions have installed. */
  readonly installed: readonly string[];
  /** Objects outside the model that depend on columns or types. */
  readonly attached: readonly AttachedObject[];
  /** What the model does not hold of indexes and constraints. */
  readonly properties: readonly PartProperties[];
  /** What the model does not hold of enumerated types. */
  readonly types: readonly TypeProperties[];
  /** The name of a check that makes a column NOT NULL: no other constraint of its table has it, before and after. */
  readonly helperName: (table: string, column: string) => string;
  /** Whether the rows of a table are on another server: nothing reads or fills them. */
  readonly isForeign: (table: string) => boolean;
  /** Whether a partitioned table takes a foreign key that is not validated yet; see `Facts`. */
  readonly takesUnvalidated: boolean;
  /** Whether the target of a foreign key is a key before and after, and all the time between. */
  readonly isKeyUnchanged: (foreignKey: ForeignKeyModel) => boolean;
}
