const { EntitySchema } = require('typeorm');

module.exports.Basket = new EntitySchema({
  name: 'Basket',
  tableName: 'baskets',
  columns: {
    id: { type: 'integer', primary: true, generated: true },
    userNo: { type: 'integer', name: 'user_no' },
    note: { type: 'text', default: '' },
  },
  indices: [{ name: 'ix_baskets_user_no', columns: ['userNo'] }],
});
