import { EntitySchema } from 'typeorm';

export const Depot = new EntitySchema({
  name: 'Depot',
  tableName: 'depots',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    city: { type: 'varchar' },
    opened: { type: 'timestamptz', default: () => 'now()' },
  },
});
