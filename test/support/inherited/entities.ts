import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its child has another default for the same column. Only TypeORM loads this file, by its name. */
@Entity('elders')
export class Elder {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', default: 'PERSON' })
  kind!: string;
}

@Entity('heirs')
export class Heir extends Elder {
  @Column({ type: 'varchar', default: 'PET' })
  override kind!: string;
}
