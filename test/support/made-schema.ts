import type { ColumnModel, ForeignKeyModel, SchemaModel, TableModel } from '../../src/schema/model.js';

const WORDS = [
  'billing',
  'catalog',
  'shipping',
  'auth',
  'media',
  'audit',
  'search',
  'crm',
  'stock',
  'report',
];

/** A schema of so many tables, whose relations are a tree in each of ten areas, with some to another area and to itself. */
export function madeSchema(count: number): SchemaModel {
  return {
    dialect: 'postgres',
    tables: Array.from({ length: count }, (_none, index) => madeTable(index)),
    enums: [{ name: 'order_state', values: ['open', 'paid', 'sent'] }],
    views: [],
  };
}

function nameOf(index: number): string {
  return `${WORDS[index % WORDS.length] ?? ''}_thing${Math.floor(index / WORDS.length)}`;
}

function madeTable(index: number): TableModel {
  const parent =
    Math.floor((Math.floor(index / WORDS.length) - 1) / 2) * WORDS.length + (index % WORDS.length);
  const keys = [
    ...(index >= WORDS.length ? [madeKey('up_id', nameOf(parent), 'CASCADE')] : []),
    ...(index % 4 === 1 ? [madeKey('user_id', nameOf(3), 'SET NULL')] : []),
    ...(index % 17 === 3 ? [madeKey('parent_id', nameOf(index), 'NO ACTION')] : []),
  ];
  return madeTableOf(nameOf(index), {
    columns: [
      madeColumn('id', 'integer'),
      madeColumn('name', 'character varying(200)', true),
      madeColumn('state', 'enum order_state'),
      ...keys.flatMap(({ columns }) => columns.map((name) => madeColumn(name, 'integer', index % 3 === 0))),
      ...Array.from({ length: index % 9 }, (_none, at) =>
        madeColumn(`field_${at}`, 'timestamp(3) with time zone'),
      ),
    ],
    foreignKeys: keys,
  });
}

/** A table with the primary key `id`. */
export function madeTableOf(name: string, parts: Partial<TableModel>): TableModel {
  return {
    ...{ name, persistence: 'permanent', comment: null, options: null, columns: [] },
    primaryKey: { name: null, columns: ['id'], include: [], deferrable: null, nulls: 'distinct' },
    ...{ uniques: [], indexes: [], foreignKeys: [], checks: [], exclusions: [] },
    ...parts,
  };
}

/** A column without a default. */
export function madeColumn(name: string, type: string, nullable = false): ColumnModel {
  return {
    ...{ name, type, nullable, default: null, identity: null, generated: null, storage: null },
    ...{ collation: null, comment: null },
  };
}

/** A key to the column `id`. */
export function madeKey(
  column: string,
  table: string,
  onDelete: ForeignKeyModel['onDelete'],
): ForeignKeyModel {
  return {
    ...{ name: null, columns: [column], table, references: ['id'], onDelete, onUpdate: 'NO ACTION' },
    ...{ match: 'SIMPLE', deferrable: null, validated: true },
  };
}
