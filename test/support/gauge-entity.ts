import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row that is written on a primary and read on its replicas. */
@Entity('gauges')
export class Gauge {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_gauges' })
  id!: number;
  @Column('integer')
  level!: number;
}
