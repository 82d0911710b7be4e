import { Column, Entity, PrimaryGeneratedColumn, type EntitySchema } from 'typeorm';
import { entity, type Columns } from './no-false-alarm-database.js';

/** Numbered keys and identifiers, in every form that each database takes. */
export const NUMBERED: Readonly<Record<'postgres' | 'sqlite', readonly EntitySchema[]>> = {
  postgres: [
    entity('by_smallint', { id: { type: 'smallint', primary: true, generated: 'increment' } }),
    entity('by_int2', { id: { type: 'int2', primary: true, generated: 'increment' } }),
    entity('by_int', { id: { type: 'int', primary: true, generated: true } }),
    entity('by_number', { id: { type: Number, primary: true, generated: 'increment' } }),
    entity('by_int8', { id: { type: 'int8', primary: true, generated: 'increment' } }),
    entity('by_bigint', { id: { type: 'bigint', primary: true, generated: 'increment' } }),
    entity('by_uuid', { id: { type: 'uuid', primary: true, generated: 'uuid' } }),
    entity('by_two', {
      tenant: { type: 'uuid', primary: true },
      number: { type: 'integer', primary: true, generated: 'increment' },
    }),
    entity('beside_the_key', {
      ticket: { type: 'integer', generated: 'increment' },
      token: { type: 'uuid', generated: 'uuid' },
      ordinal: { type: 'bigint', generated: 'increment', unique: true },
    }),
    entity('by_uuid_with_default', {
      id: { type: 'uuid', primary: true, generated: 'uuid', default: () => 'gen_random_uuid()' },
    }),
  ],
  sqlite: [
    entity('by_integer', { id: { type: 'integer', primary: true, generated: 'increment' } }),
    entity('by_int', { id: { type: 'int', primary: true, generated: true } }),
    entity('by_number', { id: { type: Number, primary: true, generated: 'increment' } }),
    entity('by_uuid', { id: { type: 'varchar', primary: true, generated: 'uuid' } }),
    entity('by_text', { id: { type: 'text', primary: true } }),
    entity('by_two', { tenant: { type: 'varchar', primary: true }, number: { type: 'int', primary: true } }),
    entity('without_rowid', { id: { type: 'text', primary: true } }, { withoutRowid: true }),
  ],
};

@Entity()
export class IdentityAlways {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS', type: 'bigint' })
  id!: string;

  @Column({ type: 'text' })
  text!: string;
}

@Entity()
export class IdentityByDefault {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'BY DEFAULT' })
  id!: number;
}

/** PostgreSQL 14 has stored ones only, and TypeORM writes no other. */
export const COMPUTED_BY_POSTGRES: Columns = {
  first: { type: 'varchar' },
  last: { type: 'varchar', nullable: true },
  amount: { type: 'numeric', precision: 10, scale: 2 },
  payload: { type: 'jsonb' },
  full: { type: 'varchar', generatedType: 'STORED', asExpression: `first || ' ' || coalesce("last", '')` },
  lowered: { type: 'varchar', length: 40, generatedType: 'STORED', asExpression: 'LOWER(first)' },
  gross: { type: 'numeric', generatedType: 'STORED', asExpression: '"amount"*1.19' },
  large: { type: 'boolean', generatedType: 'STORED', asExpression: '(amount >= 1000)', nullable: true },
  kind: { type: 'text', generatedType: 'STORED', asExpression: `payload->>'kind'`, nullable: true },
  words: {
    type: 'tsvector',
    generatedType: 'STORED',
    asExpression: `to_tsvector('english', coalesce(first, '') || ' ' || coalesce(last, ''))`,
  },
};

export const COMPUTED_BY_SQLITE: Columns = {
  first: { type: 'varchar' },
  amount: { type: 'integer' },
  payload: { type: 'json' },
  full: { type: 'varchar', generatedType: 'VIRTUAL', asExpression: `first || ' ' || "first"` },
  lowered: { type: 'varchar', length: 40, generatedType: 'STORED', asExpression: 'LOWER(first)' },
  gross: { type: 'integer', generatedType: 'STORED', asExpression: '"amount"*119/100' },
  large: { type: 'boolean', generatedType: 'VIRTUAL', asExpression: '(amount >= 1000)', nullable: true },
  kind: { type: 'text', asExpression: `payload->>'kind'`, nullable: true },
  size: {
    type: 'integer',
    asExpression: 'CASE WHEN amount > 1 THEN 2 ELSE length(first) END',
    nullable: true,
  },
};
