import { DataSource } from 'typeorm';
import { Recipe } from './entities/recipe.js';
import { Step } from './entities/step.js';

export const dataSource = new DataSource({
  type: 'sqlite',
  database: process.env.SHOP_DATABASE ?? 'shop.sqlite',
  entities: [Recipe, Step],
  migrations: [new URL('migrations/*.js', import.meta.url).pathname],
});
