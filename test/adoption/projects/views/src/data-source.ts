import 'reflect-metadata';
import { DataSource } from 'typeorm';

export const dataSource = new DataSource({
  type: 'better-sqlite3',
  database: process.env.SHOP_DATABASE ?? 'shop.sqlite',
  entities: [__dirname + '/entities/*.js'],
  migrations: [__dirname + '/migrations/*.js'],
});
