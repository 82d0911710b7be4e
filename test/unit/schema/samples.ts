import {
  raw,
  type CheckModel,
  type ColumnModel,
  type ExclusionModel,
  type Expression,
  type ForeignKeyModel,
  type IndexKey,
  type IndexModel,
  type KeyModel,
  type SchemaModel,
  type TableModel,
} from '../../../src/schema/model.js';

/** Parts of a schema for tests; each is plain at first and receives the subject of the test. */
export const column = (name: string, changes: Partial<ColumnModel> = {}): ColumnModel => ({
  name,
  type: 'integer',
  nullable: false,
  default: null,
  identity: null,
  generated: null,
  storage: null,
  collation: null,
  comment: null,
  ...changes,
});

export const key = (name: string | null, ...columns: readonly string[]): KeyModel => ({
  name,
  columns,
  include: [],
  deferrable: null,
  nulls: 'distinct',
});

export const indexKey = (name: string, changes: Partial<IndexKey> = {}): IndexKey => ({
  column: name,
  expression: null,
  order: 'ASC',
  nulls: 'LAST',
  opclass: null,
  collation: null,
  ...changes,
});

export const index = (name: string, changes: Partial<IndexModel> = {}): IndexModel => ({
  name,
  keys: [indexKey('a')],
  include: [],
  unique: false,
  nulls: 'distinct',
  method: 'btree',
  where: null,
  valid: true,
  ...changes,
});

export const foreignKey = (name: string | null, changes: Partial<ForeignKeyModel> = {}): ForeignKeyModel => ({
  name,
  columns: ['a'],
  table: 'workers',
  references: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
  match: 'SIMPLE',
  deferrable: null,
  validated: true,
  ...changes,
});

export const check = (
  name: string | null,
  expression: string | Expression,
  changes: Partial<CheckModel> = {},
): CheckModel => ({
  name,
  expression: typeof expression === 'string' ? raw(expression) : expression,
  validated: true,
  ...changes,
});

export const exclusion = (name: string | null, changes: Partial<ExclusionModel> = {}): ExclusionModel => ({
  name,
  method: 'gist',
  elements: [
    { expression: raw('room'), operator: '=' },
    { expression: raw('during'), operator: '&&' },
  ],
  where: null,
  deferrable: null,
  ...changes,
});

export const table = (name: string, changes: Partial<TableModel> = {}): TableModel => ({
  name,
  persistence: 'permanent',
  comment: null,
  options: null,
  columns: [],
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  exclusions: [],
  ...changes,
});

export const schema = (...tables: readonly TableModel[]): SchemaModel => ({
  dialect: 'postgres',
  tables,
  enums: [],
});

/** An expression that the database spells differently. */
export const canonicalized = (sql: string, canonical: string): Expression => ({ sql, canonical });

/** A table with an object of every kind in it. */
export const full = table('jobs', {
  columns: [column('a'), column('b', { type: 'text', nullable: true, default: raw("'x'") })],
  primaryKey: key('pk_jobs', 'a'),
  uniques: [key('uq_jobs_b', 'b')],
  indexes: [
    index('ix_jobs_a'),
    index('ix_jobs_b', { keys: [indexKey('b')], unique: true, where: raw('b > 0') }),
  ],
  foreignKeys: [foreignKey('fk_jobs_a')],
  checks: [check('ck_jobs_a', 'a > 0'), check(null, 'b > 1')],
  exclusions: [exclusion('ex_jobs')],
});
