import { EntitySchema } from 'typeorm';

export const Parcel = new EntitySchema({
  name: 'Parcel',
  tableName: 'parcels',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    code: { type: 'varchar', length: 12, unique: true },
    grams: { type: 'int' },
    state: { type: 'enum', enum: ['packed', 'sent'], default: 'packed' },
  },
  relations: {
    depot: { type: 'many-to-one', target: 'Depot', joinColumn: { name: 'depot_id' }, nullable: false },
  },
  checks: [{ name: 'ck_parcels_grams', expression: '"grams" > 0' }],
  indices: [{ name: 'ix_parcels_state', columns: ['state'] }],
});
