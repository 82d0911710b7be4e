const { EntitySchema } = require('typeorm');

module.exports.Stock = new EntitySchema({
  name: 'Stock',
  tableName: 'stock',
  columns: {
    place: { type: 'varchar', primary: true },
    articleId: { type: 'integer', primary: true, name: 'article_id' },
    pieces: { type: 'integer', default: 0 },
  },
  relations: {
    article: { type: 'many-to-one', target: 'Article', joinColumn: { name: 'article_id' } },
  },
});
