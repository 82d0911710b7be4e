const { EntitySchema } = require('typeorm');

module.exports.Article = new EntitySchema({
  name: 'Article',
  tableName: 'articles',
  columns: {
    id: { type: 'integer', primary: true, generated: true },
    sku: { type: 'varchar', length: 12, unique: true },
    weight: { type: 'float', nullable: true },
  },
});
