import { entity, type Columns } from './no-false-alarm-database.js';

const COLUMNS: Columns = {
  a: { type: 'integer' },
  b: { type: 'varchar', nullable: true },
  c: { type: 'integer' },
  slug: { type: 'varchar', unique: true },
  code: { type: 'varchar', nullable: true, unique: true },
};

/** Unique constraints and indexes that both databases know. */
export const KEYED = entity('keyed', COLUMNS, {
  uniques: [
    { columns: ['a', 'b'] },
    { name: 'own_name', columns: ['c', 'a'] },
    { name: 'Quoted Name', columns: ['b'] },
    { columns: ['slug'] },
  ],
  indices: [
    { columns: ['a'] },
    { columns: ['c', 'b', 'a'] },
    { name: 'own_index', columns: ['b', 'c'] },
    { columns: ['b'], unique: true },
    { name: 'Quoted Index', columns: ['a', 'c'], unique: true },
    { name: 'partial', columns: ['a'], where: 'c > 0' },
    { name: 'partial_unique', columns: ['b'], unique: true, where: 'b IS NOT NULL' },
  ],
});

/** Primary keys of several columns, in the order in which the entity lists them, and with a name of their own. */
export const PRIMARY = [
  entity('two_keys', {
    z: { type: 'integer', primary: true },
    a: { type: 'varchar', primary: true },
    value: { type: 'text' },
  }),
  entity('named_key', {
    id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk of named_key' },
  }),
  entity('three_named_keys', {
    c: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_three' },
    a: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_three' },
    b: { type: 'uuid', primary: true, primaryKeyConstraintName: 'pk_three' },
  }),
];

/** What only PostgreSQL knows: deferrable uniques, GiST indexes. */
export const POSTGRES_KEYED = entity(
  'postgres_keyed',
  {
    a: { type: 'integer' },
    b: { type: 'integer' },
    c: { type: 'varchar', collation: 'C' },
    place: { type: 'point' },
    area: { type: 'polygon', nullable: true },
    during: { type: 'tstzrange' },
    days: { type: 'daterange', nullable: true },
    tags: { type: 'text', array: true },
  },
  {
    uniques: [
      { columns: ['a'], deferrable: 'INITIALLY DEFERRED' },
      { columns: ['b', 'a'], deferrable: 'INITIALLY IMMEDIATE' },
      { columns: ['c', 'b'] },
    ],
    indices: [
      { columns: ['place'], spatial: true },
      { name: 'gist_of_range', columns: ['during'], spatial: true },
      { columns: ['area', 'place'], spatial: true },
      { columns: ['c', 'a'] },
      { columns: ['tags'] },
      { name: 'partial_gist', columns: ['days'], spatial: true, where: 'a > 0' },
    ],
  },
);

/** Exclusion constraints by operators that need no extension. */
export const EXCLUDED = entity(
  'excluded',
  {
    room: { type: 'int4range' },
    during: { type: 'tstzrange' },
    from: { type: 'timestamptz' },
    until: { type: 'timestamptz' },
    place: { type: 'circle' },
    cancelled: { type: 'boolean', default: false },
    number: { type: 'integer' },
  },
  {
    exclusions: [
      { expression: 'USING gist (during WITH &&)' },
      { name: 'own_exclusion', expression: 'USING gist ("room" WITH =, "during" WITH &&)' },
      { name: 'partial', expression: 'USING gist (during WITH &&) WHERE (NOT cancelled)' },
      { name: 'of_expression', expression: `USING gist (tstzrange("from", "until", '[)') WITH &&)` },
      { name: 'lower_case', expression: 'using GIST ( place with && ) where ( cancelled = false )' },
      { name: 'without_method', expression: '(number WITH =)' },
      { name: 'by_btree', expression: 'USING btree ((number + 1) WITH =, room WITH =)' },
      { name: 'by_spgist', expression: 'USING spgist (during WITH -|-)' },
      { name: 'by_hash', expression: 'USING hash (number WITH =)' },
    ],
  },
);

/** Exclusion constraints as people write them, which need btree_gist. */
export const BOOKED = entity(
  'booked',
  { room: { type: 'integer' }, guest: { type: 'varchar' }, during: { type: 'tstzrange' } },
  {
    exclusions: [
      { expression: 'USING gist (room WITH =, during WITH &&)' },
      {
        name: 'other_guest',
        expression: `USING gist (lower(guest) WITH <>, room WITH =) WHERE (guest <> '')`,
      },
    ],
  },
);

/** The server spells no operator class outside an index. */
export const WITH_OPERATOR_CLASS = entity(
  'with_operator_class',
  { room: { type: 'integer' } },
  { exclusions: [{ name: 'by_opclass', expression: 'USING gist (room gist_int4_ops WITH =)' }] },
);
