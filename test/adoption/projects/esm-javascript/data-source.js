import { DataSource } from 'typeorm';

export default new DataSource({
  type: 'better-sqlite3',
  database: process.env.SHOP_DATABASE ?? 'shop.sqlite',
  entities: [new URL('entities/*.js', import.meta.url).pathname],
  migrations: [new URL('migrations/*.js', import.meta.url).pathname],
});
