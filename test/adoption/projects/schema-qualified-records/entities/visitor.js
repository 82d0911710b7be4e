import { EntitySchema } from 'typeorm';

export const Visitor = new EntitySchema({
  name: 'Visitor',
  tableName: 'visitors',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    mood: { type: 'enum', enum: ['calm', 'hurried'], default: 'calm' },
    seenAt: { type: 'timestamptz', name: 'seen_at', default: () => 'now()' },
    facts: { type: 'jsonb', nullable: true },
  },
});
