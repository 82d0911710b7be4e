import { EntitySchema } from 'typeorm';

export const Customer = new EntitySchema({
  name: 'Customer',
  tableName: 'customers',
  columns: {
    id: { type: 'integer', primary: true, generated: true },
    email: { type: 'varchar', unique: true },
    tier: { type: 'simple-enum', enum: ['free', 'paid'], default: 'free' },
    nickname: { type: 'varchar', length: 40, nullable: true },
    createdAt: { type: 'datetime', createDate: true, name: 'created_at' },
  },
});
