import type {
  CheckModel,
  ColumnModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../../../src/schema/model.js';

/** Parts of a schema for tests; each begins as something plain and takes what the test is about. */
export const column = (name: string, changes: Partial<ColumnModel> = {}): ColumnModel => ({
  name,
  type: 'integer',
  nullable: false,
  default: null,
  generated: null,
  ...changes,
});

export const key = (name: string | null, ...columns: readonly string[]): KeyModel => ({ name, columns });

export const index = (name: string, changes: Partial<IndexModel> = {}): IndexModel => ({
  name,
  columns: ['a'],
  unique: false,
  where: null,
  ...changes,
});

export const foreignKey = (name: string | null, changes: Partial<ForeignKeyModel> = {}): ForeignKeyModel => ({
  name,
  columns: ['a'],
  table: 'workers',
  references: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
  ...changes,
});

export const check = (name: string | null, expression: string): CheckModel => ({ name, expression });

export const table = (name: string, changes: Partial<TableModel> = {}): TableModel => ({
  name,
  columns: [],
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  ...changes,
});

export const schema = (...tables: readonly TableModel[]): SchemaModel => ({
  dialect: 'postgres',
  tables,
  enums: [],
});

/** A table with something of every kind in it. */
export const full = table('jobs', {
  columns: [column('a'), column('b', { type: 'text', nullable: true, default: "'x'" })],
  primaryKey: key('pk_jobs', 'a'),
  uniques: [key('uq_jobs_b', 'b')],
  indexes: [index('ix_jobs_a'), index('ix_jobs_b', { columns: ['b'], unique: true, where: 'b > 0' })],
  foreignKeys: [foreignKey('fk_jobs_a')],
  checks: [check('ck_jobs_a', 'a > 0'), check(null, 'b > 1')],
});
