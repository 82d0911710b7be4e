import { keptName } from '../../sql/identifiers.js';
import type { ColumnRules } from '../column-rules.js';
import { canonicalizePostgresType } from '../../sql/postgres-types.js';

const INSTANT = /^(?:date|time|timestamp)\b[^[]*$/;

/** https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-SPECIAL-VALUES */
const MOMENT = /^'[^']*\b(?:now|today|tomorrow|yesterday)\b[^']*'(?:::[\w ()]+)?$/i;

/** PostgreSQL's manner. */
export const postgresColumns: ColumnRules = {
  dialect: 'postgres',
  enumType: (name) => `enum ${name}`,
  enumCheck: () => null,
  namesPrimaryKeys: true,
  keysAreIndexes: true,
  keysRefuseNull: true,
  tableOptions: () => null,
  numbersBareTypes: true,
  // As TypeORM does: PostgreSQL stores no NUL.
  canonicalizeComment: (comment) => comment.replaceAll('\0', '') || null,
  schemas: true,
  partitions: true,
  indexMethods: true,
  materializedViews: true,
  sameNames: 'PostgreSQL cuts a name after 63 bytes: specify shorter ones.',
  deferrableUniques: true,
  numbersInCompositeKeys: true,
  canonicalizeType: canonicalizePostgresType,
  canonicalizeName: keptName,
  nameKey: (name) => name,
  canonicalizeCollation: (collation) => (collation === 'default' ? null : collation),
  isMoment: (type, sql) => INSTANT.test(type) && MOMENT.test(sql),
  identityOf: (column) => {
    if (!column.isGenerated || column.generationStrategy === 'uuid') return null;
    if (column.generationStrategy !== 'identity') return 'serial';
    return column.generatedIdentity === 'ALWAYS' ? 'always' : 'by default';
  },
};
