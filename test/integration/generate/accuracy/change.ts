import type { EntitySchemaColumnOptions } from 'typeorm';
import {
  NO_CONFIRMATIONS,
  type ConfirmationOptions,
} from '../../../../src/generate/confirm/confirmations.js';
import { entity, type Rest } from '../../drift/no-false-alarm-database.js';
import type { Entities } from '../property/run.js';
import type { AccuracyCase, Row } from './cases.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

/** A nullable number. */
export const NUMBER: EntitySchemaColumnOptions = { type: 'integer', nullable: true };
/** A nullable text. */
export const TEXT: EntitySchemaColumnOptions = { type: 'varchar', length: 50, nullable: true };
const ROWS: readonly Row[] = [
  ['1', '7'],
  ['2', '8'],
];
/** Tables may be rewritten. */
export const ANYHOW = { allowRewrite: true };
/** Right in both directions. */
export const RIGHT = ['right', 'right'] as const;

/** The table of most changes. */
export function job(columns: Columns, rest: Rest = {}): Entities {
  const id = { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_job' } as const;
  return [entity('job', { id, ...columns }, { tableName: 'job', ...rest })];
}

/** What a change has besides its two sides. */
export interface Given {
  readonly typeorm: AccuracyCase['typeorm'];
  readonly words?: Partial<ConfirmationOptions>;
  readonly columns?: readonly string[];
  readonly rows?: readonly Row[];
  readonly columnsAfter?: readonly string[];
  readonly rowsAfter?: readonly Row[];
  readonly rowsBack?: readonly Row[];
  readonly tableAfter?: string;
}

/** A change of the table `job`, whose rows have `id` and `a` unless specified otherwise. */
export function change(
  what: string,
  [before, after]: readonly [Entities, Entities],
  given: Given,
): AccuracyCase {
  const { columns = ['id', 'a'], rows = ROWS, typeorm } = given;
  const { columnsAfter = columns, rowsAfter = rows, rowsBack = rows, tableAfter = 'job' } = given;
  const words = { ...NO_CONFIRMATIONS, ...given.words };
  return {
    what,
    before,
    after,
    words,
    columns,
    rows,
    columnsAfter,
    rowsAfter,
    rowsBack,
    tableAfter,
    typeorm,
  };
}
