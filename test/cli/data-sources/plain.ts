import 'reflect-metadata';
import { Column, DataSource, Entity, PrimaryColumn, type DataSourceOptions } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';

@Entity('notes')
class Note {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'notes_pkey' })
  id!: number;

  @Column('text')
  text!: string;
}

/** TypeORM's own DataSource, whose options would drop and create everything. */
const url = process.env['PLAIN_URL'] ?? '';
const { type, module } = chooseSqliteDriver();
const where = url.startsWith('sqlite:')
  ? { type, driver: module, database: url.slice('sqlite:'.length) }
  : { type: 'postgres', url };

export const dataSource = new DataSource({
  ...where,
  entities: [Note],
  synchronize: true,
  dropSchema: true,
} as DataSourceOptions);
export default dataSource;
