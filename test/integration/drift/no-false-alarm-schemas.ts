import type { EntitySchema } from 'typeorm';
import { entity } from './no-false-alarm-database.js';

/** Entities in three schemas, with references, enumerated types and join tables across them. */
export const ACROSS_SCHEMAS: readonly EntitySchema[] = [
  entity('account', {
    name: { type: 'varchar', unique: true },
    state: { type: 'enum', enum: ['on', 'off'], default: 'on' },
  }),
  entity(
    'event',
    {
      kind: { type: 'enum', enum: ['in', 'out'], default: 'in' },
      kinds: { type: 'enum', enum: ['r', 'w'], array: true, default: ['r'] },
      shared: { type: 'enum', enum: ['p', 'q'], enumName: 'shared_kind', nullable: true, default: 'q' },
      serial: { type: 'bigint', generated: 'increment' },
      size: { type: 'integer', generatedType: 'STORED', asExpression: 'serial * 2' },
      at: { type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' },
    },
    {
      schema: 'audit',
      relations: {
        account: { type: 'many-to-one', target: 'account', onDelete: 'CASCADE' },
        previous: { type: 'one-to-one', target: 'event', joinColumn: true },
        readers: { type: 'many-to-many', target: 'account', joinTable: true },
        archives: {
          type: 'many-to-many',
          target: 'archive',
          joinTable: { name: 'archived', schema: 'Old Things' },
        },
      },
      indices: [{ columns: ['kind', 'at'] }, { columns: ['at'], where: `kind = 'in'`, unique: true }],
      uniques: [{ columns: ['kind', 'size'] }],
      checks: [{ expression: `kind IN ('in', 'out') AND size > 0` }],
    },
  ),
  entity(
    'archive',
    { state: { type: 'enum', enum: ['cold'] }, note: { type: 'text', comment: 'kept' } },
    {
      schema: 'Old Things',
      relations: { event: { type: 'many-to-one', target: 'event', joinColumn: { name: 'Event' } } },
      checks: [{ name: 'quoted', expression: `state = 'cold'::"Old Things".archive_state_enum` }],
    },
  ),
  entity('same_name', { a: { type: 'integer' } }, { tableName: 'account', schema: 'audit' }),
];
