import { DataSource } from 'typeorm';
import { Depot } from './entities/depot.js';
import { Parcel } from './entities/parcel.js';

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.SHOP_DATABASE,
  entities: [Depot, Parcel],
  migrations: [new URL('migrations/*.js', import.meta.url).pathname],
});
