import 'reflect-metadata';
import { join } from 'path';
import { DataSource } from 'typeorm';

export const dataSource = new DataSource({
  type: 'sqlite',
  database: process.env.SHOP_DATABASE ?? join(process.cwd(), 'shop.sqlite'),
  entities: [join(__dirname, 'lib', '*.entity.js')],
  migrations: [join(__dirname, 'migrations', '*.js')],
  migrationsTableName: 'shop_migrations',
});
