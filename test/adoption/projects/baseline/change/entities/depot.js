import { EntitySchema } from 'typeorm';

export const Depot = new EntitySchema({
  name: 'Depot',
  tableName: 'depots',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    city: { type: 'varchar' },
    phone: { type: 'varchar', length: 20, nullable: true },
    opened: { type: 'timestamptz', default: () => 'now()' },
  },
});
