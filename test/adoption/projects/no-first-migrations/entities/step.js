import { EntitySchema } from 'typeorm';

export const Step = new EntitySchema({
  name: 'Step',
  tableName: 'steps',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    text: { type: 'text' },
  },
  relations: {
    recipe: {
      type: 'many-to-one',
      target: 'Recipe',
      joinColumn: { name: 'recipe_id' },
      nullable: false,
      onDelete: 'CASCADE',
    },
  },
});
