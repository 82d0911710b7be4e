import { raw, type TableModel } from '../../../src/schema/model.js';
import { check, column, exclusion, foreignKey, index, indexKey, key } from './samples.js';

/** Kinds of part, each with two models of one name, and the aspects in which they differ. */
export const PARTS: readonly {
  readonly kind: string;
  readonly object: string;
  readonly live: Partial<TableModel>;
  readonly desired: Partial<TableModel>;
  readonly aspects: readonly string[];
}[] = [
  {
    kind: 'column',
    object: 'a',
    live: { columns: [column('a')] },
    desired: {
      columns: [
        column('a', {
          type: 'text',
          nullable: true,
          default: raw('1'),
          identity: 'always',
          generated: raw('b * 2'),
          storage: 'stored',
          collation: 'C',
          comment: 'a note',
        }),
      ],
    },
    aspects: ['type', 'nullable', 'default', 'identity', 'generated', 'storage', 'collation', 'comment'],
  },
  {
    kind: 'column',
    object: 'b',
    live: { columns: [column('b', { default: raw("'x'"), storage: 'virtual' })] },
    desired: { columns: [column('b', { default: raw("'X'"), storage: 'stored' })] },
    aspects: ['default', 'storage'],
  },
  {
    kind: 'column',
    object: 'c',
    live: { columns: [column('c', { comment: null, collation: null })] },
    desired: { columns: [column('c', { comment: 'null', collation: 'null' })] },
    aspects: ['collation', 'comment'],
  },
  {
    kind: 'primary-key',
    object: 'pk_jobs',
    live: { primaryKey: key('pk_jobs', 'a', 'b') },
    desired: { primaryKey: key('pk_jobs', 'b', 'a') },
    aspects: ['columns'],
  },
  {
    kind: 'primary-key',
    object: 'pk_1',
    live: { primaryKey: { ...key('pk_1', 'a'), include: ['b'] } },
    desired: { primaryKey: { ...key('pk_1', 'a'), deferrable: 'INITIALLY DEFERRED' } },
    aspects: ['include', 'deferrable'],
  },
  {
    kind: 'unique',
    object: 'uq_jobs_a',
    live: { uniques: [key('uq_jobs_a', 'a')] },
    desired: {
      uniques: [
        {
          name: 'uq_jobs_a',
          columns: ['a', 'b'],
          include: ['c'],
          deferrable: 'INITIALLY IMMEDIATE',
          nulls: 'not distinct',
        },
      ],
    },
    aspects: ['columns', 'include', 'deferrable', 'nulls'],
  },
  {
    kind: 'unique',
    object: 'uq_order',
    live: { uniques: [key('uq_order', 'a', 'b')] },
    desired: { uniques: [key('uq_order', 'b', 'a')] },
    aspects: ['columns'],
  },
  {
    kind: 'index',
    object: 'ix_jobs_a',
    live: { indexes: [index('ix_jobs_a')] },
    desired: {
      indexes: [
        index('ix_jobs_a', {
          keys: [indexKey('b')],
          include: ['c'],
          unique: true,
          nulls: 'not distinct',
          method: 'gin',
          where: raw('b > 0'),
          valid: false,
        }),
      ],
    },
    aspects: ['keys', 'include', 'unique', 'nulls', 'method', 'where', 'valid'],
  },
  ...(
    [
      { order: 'DESC' },
      { nulls: 'FIRST' },
      { opclass: 'text_pattern_ops' },
      { collation: 'C' },
      { column: null, expression: 'a' },
    ] as const
  ).map((change) => ({
    kind: 'index',
    object: `ix by ${Object.keys(change).join(', ')}`,
    live: { indexes: [index(`ix by ${Object.keys(change).join(', ')}`)] },
    desired: {
      indexes: [index(`ix by ${Object.keys(change).join(', ')}`, { keys: [indexKey('a', change)] })],
    },
    aspects: ['keys'],
  })),
  {
    kind: 'foreign-key',
    object: 'fk_jobs_a',
    live: { foreignKeys: [foreignKey('fk_jobs_a')] },
    desired: {
      foreignKeys: [
        foreignKey('fk_jobs_a', {
          columns: ['b'],
          table: 'users',
          references: ['name'],
          onDelete: 'SET NULL',
          onUpdate: 'RESTRICT',
          match: 'FULL',
          deferrable: 'INITIALLY IMMEDIATE',
          validated: false,
        }),
      ],
    },
    aspects: ['columns', 'table', 'references', 'onDelete', 'onUpdate', 'match', 'deferrable', 'validated'],
  },
  {
    kind: 'check',
    object: 'ck_jobs_a',
    live: { checks: [check('ck_jobs_a', 'a > 0', { validated: false })] },
    desired: { checks: [check('ck_jobs_a', 'a > 1')] },
    aspects: ['expression', 'validated'],
  },
  {
    kind: 'exclusion',
    object: 'ex_jobs',
    live: { exclusions: [exclusion('ex_jobs')] },
    desired: {
      exclusions: [
        exclusion('ex_jobs', {
          method: 'spgist',
          elements: [{ expression: raw('during'), operator: '&&' }],
          where: raw('active'),
          deferrable: 'INITIALLY DEFERRED',
        }),
      ],
    },
    aspects: ['method', 'elements', 'where', 'deferrable'],
  },
  {
    kind: 'exclusion',
    object: 'ex_operator',
    live: { exclusions: [exclusion('ex_operator', { elements: [{ expression: raw('a'), operator: '=' }] })] },
    desired: {
      exclusions: [exclusion('ex_operator', { elements: [{ expression: raw('a'), operator: '&&' }] })],
    },
    aspects: ['elements'],
  },
];
