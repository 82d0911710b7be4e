import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from '../src/entities/index.js';
import { migrations } from '../src/migrations/index.js';

const options = JSON.parse(process.env['BENCH_OPTIONS'] ?? '{}') as DataSourceOptions;

/** What a project without this package gives to TypeORM's command line: the same entities and revisions. */
export const dataSource = new DataSource({
  ...options,
  entities: [...entities],
  migrations: [...migrations],
});
