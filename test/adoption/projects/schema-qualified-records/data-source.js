import { DataSource } from 'typeorm';
import { Basket } from './entities/basket.js';
import { Visitor } from './entities/visitor.js';

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.SHOP_DATABASE,
  entities: [Visitor, Basket],
  migrations: [new URL('migrations/*.js', import.meta.url).pathname],
  migrationsTableName: 'ops.migs',
});
