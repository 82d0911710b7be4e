const { DataSource } = require('typeorm');
const { LegacyUser } = require('./entities/legacy-user.js');
const { Basket } = require('./entities/basket.js');

const dataSource = new DataSource({
  type: 'better-sqlite3',
  database: process.env.SHOP_DATABASE ?? 'shop.sqlite',
  entities: [LegacyUser, Basket],
  migrations: [`${__dirname}/migrations/*.js`],
});

module.exports = { dataSource };
