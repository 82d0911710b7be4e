const { DataSource } = require('typeorm');

module.exports.dataSource = new DataSource({
  type: 'sqlite',
  database: process.env.SHOP_DATABASE ?? 'shop.sqlite',
  entities: [`${__dirname}/entities/*.js`],
  migrations: [`${__dirname}/migrations/*.js`],
});
