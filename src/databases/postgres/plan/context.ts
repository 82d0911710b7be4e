import type { Change } from '../../../schema/change.js';
import type { ForeignKeyModel, SchemaModel } from '../../../schema/model.js';
import type { ConfirmedValues } from '../../planning.js';
import type { PostgresNames } from './sql.js';

/** What moves are made from, besides a change. */
export interface PostgresContext {
  readonly names: PostgresNames;
  readonly from: SchemaModel;
  readonly to: SchemaModel;
  readonly confirmed: ConfirmedValues;
  /** Everything that changes, so that what goes anyhow is not looked after. */
  readonly changes: readonly Change[];
  /** Whether an expression gives another value for each row, so that existing rows need a value of their own. */
  readonly isVolatile: (sql: string) => boolean;
  /** Whether what a foreign key refers to is a key before and after, and all the time between. */
  readonly isKeyUnchanged: (foreignKey: ForeignKeyModel) => boolean;
}
