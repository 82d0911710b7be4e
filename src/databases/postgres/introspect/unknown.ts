import { CANNOT_DECLARE, type Uncomparable } from '../../../schema/model.js';
import type { ColumnRow, ConstraintRow, IndexRow, SettingRow } from './rows.js';

/** Types of extensions that entities can declare. */
const EXTENSION_TYPES = ['citext', 'hstore', 'ltree', 'cube', 'geometry', 'geography', 'vector', 'halfvec'];

const KINDS: Readonly<Record<ConstraintRow['kind'], string>> = {
  p: 'primary-key',
  u: 'unique',
  f: 'foreign-key',
  c: 'check',
  x: 'exclusion',
  n: 'not-null',
};

/** A table and the rows that belong to it. */
interface Rows {
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
}

/**
 * Parts of a table that the model cannot express, with their raw definitions: they never count as equal.
 *
 * @param name the table as the model calls it
 */
export function unknownOf(name: string, { columns, constraints, indexes }: Rows): readonly Uncomparable[] {
  const unknown = (
    kind: string,
    object: string,
    [live, reason]: readonly [string, string],
  ): Uncomparable => ({
    kind,
    table: name,
    object,
    desired: null,
    live,
    reason,
  });
  return [
    ...columns.filter(isUnknownType).map((row) => unknown('column', row.name, typeOf(row))),
    ...constraints.flatMap((row) => {
      const reason = reasonOf(row);
      return reason === undefined ? [] : unknown(KINDS[row.kind], row.name, [row.definition ?? '', reason]);
    }),
    ...indexes.flatMap(({ name: object, method, definition }) =>
      definition === '' ? [] : unknown('index', object, [definition, `unknown index method ${method}`]),
    ),
  ];
}

/** A setting of the database, the role or the server by which new sessions enforce no foreign key and no trigger. */
export function unenforcedBy({ replicationRole }: SettingRow): readonly Uncomparable[] {
  if (replicationRole !== 'replica') return [];
  return [
    {
      ...{ kind: 'setting', table: '', object: 'session_replication_role' },
      ...{ desired: null, live: replicationRole, reason: REPLICA },
    },
  ];
}

const REPLICA =
  'it is replica, so new sessions run no triggers and enforce no foreign keys, and rows may violate them. ' +
  'Run ALTER DATABASE ... RESET session_replication_role (or ALTER ROLE ..., ALTER SYSTEM ...), then look for rows that violate them';

/** Why a constraint with the right name and columns may accept rows that it forbids. */
const UNENFORCED: Readonly<Record<NonNullable<ConstraintRow['unenforced']>, string>> = {
  index:
    'its index is not valid, so rows may violate it. On a partitioned table, add the constraint to every partition and run ALTER INDEX ... ATTACH PARTITION',
  triggers:
    'its triggers are disabled, so rows may violate it. Run ALTER TABLE ... ENABLE TRIGGER ALL, then look for rows that violate it',
};

function reasonOf({ beyond, unenforced }: ConstraintRow): string | undefined {
  if (unenforced !== null) return UNENFORCED[unenforced];
  return beyond ? `${CANNOT_DECLARE} constraint` : undefined;
}

function isUnknownType({ typeKind, typeSchema, typeName }: ColumnRow): boolean {
  return typeKind !== 'e' && typeSchema !== 'pg_catalog' && !EXTENSION_TYPES.includes(typeName);
}

function typeOf({ type, domainOf }: ColumnRow): readonly [string, string] {
  return domainOf === null
    ? [type, `unknown type ${type}`]
    : [`DOMAIN ${type} AS ${domainOf}`, `entities cannot declare the domain ${type}`];
}
