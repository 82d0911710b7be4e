import { EntitySchema } from 'typeorm';

export const Order = new EntitySchema({
  name: 'Order',
  tableName: 'orders',
  columns: {
    id: { type: 'integer', primary: true, generated: true },
    cents: { type: 'integer', default: 0 },
    note: { type: 'text', nullable: true },
  },
  relations: {
    customer: {
      type: 'many-to-one',
      target: 'Customer',
      joinColumn: { name: 'customer_id' },
      nullable: false,
      onDelete: 'CASCADE',
    },
  },
  indices: [{ name: 'ix_orders_cents', columns: ['cents'] }],
  checks: [{ name: 'ck_orders_cents', expression: '"cents" >= 0' }],
});
