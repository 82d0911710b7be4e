const { EntitySchema } = require('typeorm');

/** Another application makes this table. */
module.exports.LegacyUser = new EntitySchema({
  name: 'LegacyUser',
  tableName: 'legacy_users',
  synchronize: false,
  columns: {
    userNo: { type: 'integer', primary: true, name: 'user_no' },
    login: { type: 'varchar', length: 30 },
  },
});
