/** All rules, one file each, in the order in which lint reports them. */

import type { Rule } from '../rule.js';
import { addCheckValidated } from './add-check-validated.js';
import { addColumnRequired } from './add-column-required.js';
import { addColumnVolatileDefault } from './add-column-volatile-default.js';
import { addForeignKeyValidated } from './add-foreign-key-validated.js';
import { addUniqueConstraint } from './add-unique-constraint.js';
import { attachPartitionUnproven } from './attach-partition-unproven.js';
import { changeTypeRebuild } from './change-type-rebuild.js';
import { changeTypeRewrite } from './change-type-rewrite.js';
import { changeTypeWithoutZone } from './change-type-without-zone.js';
import { concurrentlyInTransaction } from './concurrently-in-transaction.js';
import { createIndexBlocking } from './create-index-blocking.js';
import { dialectsDiffer } from './dialects-differ.js';
import { downDoesNotUndo } from './down-does-not-undo.js';
import { dropCascade } from './drop-cascade.js';
import { dropColumn } from './drop-column.js';
import { dropDatabase } from './drop-database.js';
import { dropIndexBlocking } from './drop-index-blocking.js';
import { dropNotNull } from './drop-not-null.js';
import { dropPrimaryKey } from './drop-primary-key.js';
import { dropTable } from './drop-table.js';
import { enumValueUsedAtOnce } from './enum-value-used-at-once.js';
import { integerKey } from './integer-key.js';
import { longIdentifier } from './long-identifier.js';
import { reindexBlocking } from './reindex-blocking.js';
import { renameColumn } from './rename-column.js';
import { renameEnumValue } from './rename-enum-value.js';
import { renameTable } from './rename-table.js';
import { rewriteTable } from './rewrite-table.js';
import { serialKey } from './serial-key.js';
import { setNotNullUnproven } from './set-not-null-unproven.js';
import { setWithoutLocal } from './set-without-local.js';
import { timestampWithoutZone } from './timestamp-without-zone.js';
import { truncateCascade } from './truncate-cascade.js';
import { truncateTable } from './truncate-table.js';
import { unparsable } from './unparsable.js';
import { unusedException } from './unused-exception.js';
import { validateInSameTransaction } from './validate-in-same-transaction.js';
import { writeWithoutWhere } from './write-without-where.js';

/** Every rule, in the order of `RULE_IDS`. */
export const RULES: readonly Rule[] = [
  addForeignKeyValidated,
  addCheckValidated,
  validateInSameTransaction,
  addUniqueConstraint,
  createIndexBlocking,
  dropIndexBlocking,
  reindexBlocking,
  concurrentlyInTransaction,
  setNotNullUnproven,
  addColumnVolatileDefault,
  addColumnRequired,
  rewriteTable,
  attachPartitionUnproven,
  changeTypeRewrite,
  changeTypeRebuild,
  changeTypeWithoutZone,
  dropColumn,
  dropTable,
  dropDatabase,
  dropCascade,
  dropNotNull,
  dropPrimaryKey,
  renameColumn,
  renameTable,
  renameEnumValue,
  enumValueUsedAtOnce,
  truncateTable,
  truncateCascade,
  serialKey,
  integerKey,
  timestampWithoutZone,
  longIdentifier,
  writeWithoutWhere,
  setWithoutLocal,
  downDoesNotUndo,
  dialectsDiffer,
  unusedException,
  unparsable,
];
