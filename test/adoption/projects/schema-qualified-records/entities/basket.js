import { EntitySchema } from 'typeorm';

export const Basket = new EntitySchema({
  name: 'Basket',
  tableName: 'baskets',
  schema: 'sales',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    total: { type: 'numeric', precision: 12, scale: 2, default: 0 },
  },
  relations: {
    visitor: {
      type: 'many-to-one',
      target: 'Visitor',
      joinColumn: { name: 'visitor_id' },
      onDelete: 'SET NULL',
    },
  },
  indices: [{ name: 'ix_baskets_total', columns: ['total'], where: '"total" > 100' }],
});
