import 'reflect-metadata';
import { DataSource } from 'typeorm';

export const AppDataSource = new DataSource({
  type: 'postgres',
  url: process.env.SHOP_DATABASE,
  entities: [__dirname + '/entity/*.ts'],
  migrations: [__dirname + '/migration/*.ts'],
});
