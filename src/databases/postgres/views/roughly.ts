/** Changes of tables as far as views can see them: columns, types, and nothing else. */

import type { Change } from '../../../schema/change.js';
import type { ColumnModel } from '../../../schema/model.js';
import { postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { PostgresNames } from '../plan/sql.js';

/** Tables with the columns that they will have, and nothing else of them: statements, each with another one to try. */
export function roughly(changes: readonly Change[], names: PostgresNames): readonly (readonly string[])[] {
  const order = ['add-enum', 'create-table', 'drop-column', 'drop-table', 'alter-column', 'add-column'];
  return [...changes]
    .filter(({ kind }) => order.includes(kind))
    .sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))
    .flatMap((change) => [uncomputed(change, names), simulated(change, names)])
    .filter((statements) => statements.length > 0);
}

/** A column with another type takes none with it that is computed from it: to a view that one is as it was. */
function uncomputed(change: Change, names: PostgresNames): readonly string[] {
  if (change.kind !== 'alter-column' || !change.aspects.includes('type')) return [];
  const [table, column] = [names.path(change.table), change.object].map(postgresLiteral);
  return [
    `DO $rough$ DECLARE own name; BEGIN
  FOR own IN SELECT a.attname FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated = 's'
      JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refobjid = d.adrelid
      JOIN pg_attribute f ON f.attrelid = d.adrelid AND f.attnum = p.refobjsubid
     WHERE d.adrelid = to_regclass(${table}) AND f.attname = ${column} AND f.attnum <> a.attnum LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP EXPRESSION', ${table}, own);
  END LOOP;
END $rough$`,
  ];
}

function simulated(change: Change, names: PostgresNames): readonly string[] {
  const path = names.path(change.table);
  const column = ({ name, type }: ColumnModel) => `${quoteIdentifier(name)} ${names.type(type)}`;
  const own = quoteIdentifier(change.object);
  switch (change.kind) {
    case 'add-enum':
      return [names.createEnum(change.desired)];
    case 'create-table':
      return [`CREATE TABLE ${path} (${change.desired.columns.map(column).join(', ')})`];
    case 'drop-table':
      return [`DROP TABLE ${path} CASCADE`];
    case 'drop-column':
      return [`ALTER TABLE ${path} DROP COLUMN ${own} CASCADE`];
    case 'add-column':
      return [`ALTER TABLE ${path} ADD COLUMN ${column(change.desired)}`];
    case 'alter-column': {
      if (!change.aspects.includes('type')) return [];
      const type = names.type(change.desired.type);
      return [
        `ALTER TABLE ${path} ALTER COLUMN ${own} DROP DEFAULT, ALTER COLUMN ${own} TYPE ${type} USING NULL::${type}`,
        `ALTER TABLE ${path} DROP COLUMN ${own} CASCADE, ADD COLUMN ${column(change.desired)}`,
      ];
    }
    default:
      return [];
  }
}

/** The schemas of these names, which may be new. */
export function schemasFor(names: readonly string[]): readonly string[] {
  const found = names.filter((name) => name.includes('.')).map((name) => name.slice(0, name.indexOf('.')));
  return [...new Set(found)].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
}
