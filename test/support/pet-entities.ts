import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type ColumnOptions,
  type Relation,
} from 'typeorm';

/** The options of the two entities, where that is something else than at first. */
export interface PetEdits {
  readonly table?: string;
  readonly name?: ColumnOptions;
  /** Null for no such column. */
  readonly note?: ColumnOptions | null;
  readonly extra?: ColumnOptions;
  readonly kinds?: readonly string[];
  readonly index?: readonly string[];
  readonly check?: string;
}

const NOTE: ColumnOptions = { name: 'note', type: 'text', nullable: true };

/** Owners, who have kinds, and their pets, which go with them; the classes are new ones each time. */
export function petEntities(edits: PetEdits = {}): readonly [Owner: Function, Pet: Function] {
  const { table = 'pets', name = {}, note = NOTE, extra, kinds = ['SMALL', 'LARGE'] } = edits;
  const { index = ['name'], check } = edits;

  @Entity('owners')
  class Owner {
    @PrimaryColumn({ name: 'id', type: 'bigint', primaryKeyConstraintName: 'pk_owners' })
    id!: number;
    @Column({ name: 'kind', type: 'simple-enum', enum: [...kinds], enumName: 'ownerkind', default: 'SMALL' })
    kind!: string;
  }

  @Entity(table)
  @Index('ix_pets_name', [...index])
  class Pet {
    @PrimaryColumn({ name: 'id', type: 'bigint', primaryKeyConstraintName: 'pk_pets' })
    id!: number;
    @Column({ name: 'name', type: String, length: 50, ...name })
    name!: string;
    @Column({ name: 'owner_id', type: 'bigint' })
    ownerId!: number;
    @ManyToOne(() => Owner, { onDelete: 'CASCADE' })
    @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'fk_pets_owner_id' })
    owner!: Relation<Owner>;
  }
  if (note) Column(note)(Pet.prototype, 'note');
  if (extra) Column(extra)(Pet.prototype, extra.name ?? 'extra');
  if (check !== undefined) Check('ck_pets', check)(Pet);
  return [Owner, Pet];
}
