import { raw } from '../../schema/model.js';
import { decoratorLiteral, quoteIdentifier } from '../../sql/quote.js';
import type { ColumnRules } from '../column-rules.js';
import { canonicalizeSqliteCollation } from './expression.js';

/** SQLite's manner. */
export const sqliteColumns: ColumnRules = {
  dialect: 'sqlite',
  enumType: () => null,
  enumCheck: (column, values) => ({
    name: null,
    expression: raw(`${quoteIdentifier(column)} IN (${values.map(decoratorLiteral).join(',')})`),
    validated: true,
  }),
  namesPrimaryKeys: false,
  keysAreIndexes: false,
  keysRefuseNull: false,
  tableOptions: ({ withoutRowid }) => (withoutRowid ? 'WITHOUT ROWID' : null),
  numbersBareTypes: false,
  canonicalizeComment: () => null,
  schemas: false,
  partitions: false,
  indexMethods: false,
  materializedViews: false,
  sameNames: 'SQLite has no schemas: specify another table name for one of them.',
  deferrableUniques: false,
  numbersInCompositeKeys: false,
  canonicalizeType: (type) => type.toLowerCase(),
  canonicalizeName: (name) => name,
  // SQLite folds the letters of ASCII alone.
  nameKey: (name) => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  canonicalizeCollation: canonicalizeSqliteCollation,
  isMoment: () => false,
  identityOf: (column) =>
    column.isGenerated && column.generationStrategy === 'increment' ? 'autoincrement' : null,
};
