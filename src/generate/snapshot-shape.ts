import type {
  CheckModel,
  ColumnModel,
  EnumModel,
  ExclusionModel,
  Expression,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../schema/model.js';

/** The fields of a kind of object, each with the kind of what is in it; null for a plain value. */
type Fields<T> = Readonly<Record<keyof T, Kind | null>>;

interface Shapes {
  readonly schema: Fields<SchemaModel>;
  readonly table: Fields<TableModel>;
  readonly column: Fields<ColumnModel>;
  readonly key: Fields<KeyModel>;
  readonly index: Fields<IndexModel>;
  readonly indexKey: Fields<IndexKey>;
  readonly foreignKey: Fields<ForeignKeyModel>;
  readonly check: Fields<CheckModel>;
  readonly exclusion: Fields<ExclusionModel>;
  readonly element: Fields<ExclusionModel['elements'][number]>;
  readonly enum: Fields<EnumModel>;
  readonly expression: Fields<Required<Expression>>;
}

type Kind = keyof Shapes;

const SHAPES: Shapes = {
  schema: { dialect: null, tables: 'table', enums: 'enum' },
  table: {
    name: null,
    persistence: null,
    comment: null,
    options: null,
    columns: 'column',
    primaryKey: 'key',
    uniques: 'key',
    indexes: 'index',
    foreignKeys: 'foreignKey',
    checks: 'check',
    exclusions: 'exclusion',
  },
  column: {
    name: null,
    type: null,
    nullable: null,
    default: 'expression',
    identity: null,
    generated: 'expression',
    storage: null,
    collation: null,
    comment: null,
  },
  key: { name: null, columns: null, include: null, deferrable: null, nulls: null },
  index: {
    name: null,
    keys: 'indexKey',
    include: null,
    unique: null,
    nulls: null,
    method: null,
    where: 'expression',
    valid: null,
  },
  indexKey: { column: null, expression: null, order: null, nulls: null, opclass: null, collation: null },
  foreignKey: {
    name: null,
    columns: null,
    table: null,
    references: null,
    onDelete: null,
    onUpdate: null,
    match: null,
    deferrable: null,
    validated: null,
  },
  check: { name: null, expression: 'expression', validated: null },
  exclusion: { name: null, method: null, elements: 'element', where: 'expression', deferrable: null },
  element: { expression: 'expression', operator: null },
  enum: { name: null, values: null },
  expression: { sql: null, canonical: null, refused: null },
};

/** Fields of a schema that this package does not know, each with the way to it: `tables[0].shade`. */
export function unknownFields(schema: unknown): readonly string[] {
  return unknownIn(schema, 'schema', '');
}

function unknownIn(value: unknown, kind: Kind, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => unknownIn(one, kind, `${path}[${at}]`));
  if (typeof value !== 'object' || value === null) return [];
  const shape = SHAPES[kind] as Readonly<Record<string, Kind | null>>;
  return Object.entries(value).flatMap(([field, inside]) => {
    const where = path === '' ? field : `${path}.${field}`;
    if (!Object.hasOwn(shape, field)) return [where];
    const within = shape[field] ?? null;
    return within === null ? [] : unknownIn(inside, within, where);
  });
}
