import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { Customer } from './entity/Customer';
import { Order } from './entity/Order';

export const AppDataSource = new DataSource({
  type: 'sqlite',
  database: process.env.SHOP_DATABASE ?? 'shop.sqlite',
  entities: [Customer, Order],
  migrations: [__dirname + '/migration/*.js'],
  synchronize: false,
});
