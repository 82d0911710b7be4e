import { ADD_COLUMN } from './cases/add-column.js';
import { COLUMNS } from './cases/columns.js';
import { CONSTRAINTS } from './cases/constraints.js';
import { INDEXES } from './cases/indexes.js';
import { OTHERS } from './cases/rows.js';
import { TABLES } from './cases/tables.js';
import { TYPES } from './cases/types.js';
import type { CorpusCase } from './corpus-case.js';

/** Every statement to which lint is held. */
export const CORPUS: readonly CorpusCase[] = [
  ...ADD_COLUMN,
  ...COLUMNS,
  ...TYPES,
  ...CONSTRAINTS,
  ...INDEXES,
  ...TABLES,
  ...OTHERS,
];
