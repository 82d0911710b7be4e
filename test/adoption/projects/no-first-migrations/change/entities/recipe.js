import { EntitySchema } from 'typeorm';

export const Recipe = new EntitySchema({
  name: 'Recipe',
  tableName: 'recipes',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    title: { type: 'varchar', length: 80, unique: true },
    vegan: { type: 'boolean', default: false },
    minutes: { type: 'integer', nullable: true },
  },
});
