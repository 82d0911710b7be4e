import {
  Check,
  Column,
  Entity,
  Exclusion,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';

/** Every kind of column that PostgreSQL and TypeORM have in common. */
@Entity({ name: 'things', comment: 'what there is' })
@Unique('things_number_key', ['number'])
export class Thing {
  @PrimaryGeneratedColumn({ primaryKeyConstraintName: 'things_pk' })
  id!: number;

  @Column('varchar', { length: 40 })
  label!: string;

  @Column('char', { length: 2 })
  code!: string;

  @Column('numeric', { precision: 10, scale: 2, default: 0.5 })
  price!: string;

  @Column('integer', { nullable: true })
  size!: number | null;

  @Column('text', { array: true, default: '{}' })
  tags!: string[];

  @Column('timestamp with time zone', { precision: 3, default: () => 'CURRENT_TIMESTAMP' })
  made!: Date;

  @Column('interval', { nullable: true })
  span!: object | null;

  @Column('jsonb', { default: () => `'{"a": 1}'` })
  settings!: object;

  @Column('boolean', { default: true })
  active!: boolean;

  @Column('uuid', { default: () => 'gen_random_uuid()' })
  token!: string;

  @Column('enum', { enum: ['new', 'open', 'closed'], enumName: 'thing_state', default: 'new' })
  state!: string;

  @Column('enum', { enum: ['red', 'green'], enumName: 'thing_colour', array: true, nullable: true })
  colours!: string[] | null;

  @Column({ type: 'text', collation: 'C', comment: 'as people write it' })
  title!: string;

  @Column({ type: 'text', generatedType: 'STORED', asExpression: 'upper(label)', nullable: true })
  loud!: string | null;

  @Column({ type: 'integer', generated: 'identity', generatedIdentity: 'ALWAYS' })
  number!: number;

  @Column({ type: 'bit varying', length: '8', nullable: true })
  mask!: string | null;
}

/** Keys and checks. */
@Entity('rooms')
@Unique('rooms_place_key', ['house', 'kind'])
@Unique('rooms_number_key', ['number'], { deferrable: 'INITIALLY DEFERRED' })
@Check('rooms_size_check', 'size > 0 AND size <= 500')
@Check('rooms_kind_check', `kind IN ('bed', 'bath')`)
@Check('rooms_span_check', 'opened IS NULL OR closed > opened')
@Exclusion('rooms_no_twin', 'USING btree (number WITH =)')
@Exclusion('rooms_no_overlap', "USING gist (house WITH =, used WITH &&) WHERE (kind = 'bed')")
export class Room {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'rooms_pk' })
  house!: number;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'rooms_pk' })
  floor!: number;

  @Column('integer')
  number!: number;

  @Column('integer')
  size!: number;

  @Column('text')
  kind!: string;

  @Column('daterange', { nullable: true })
  used!: string | null;

  @Column('date', { nullable: true })
  opened!: string | null;

  @Column('date', { nullable: true })
  closed!: string | null;
}

/** Foreign keys. */
@Entity('beds')
export class Bed {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('integer', { nullable: true })
  house!: number | null;

  @Column('integer', { nullable: true })
  floor!: number | null;

  @Column('integer', { nullable: true })
  thing_id!: number | null;

  @Column('integer', { nullable: true })
  spare_id!: number | null;

  @ManyToOne(() => Room, { onDelete: 'CASCADE', onUpdate: 'CASCADE' })
  @JoinColumn([
    { name: 'house', referencedColumnName: 'house', foreignKeyConstraintName: 'beds_room_fk' },
    { name: 'floor', referencedColumnName: 'floor', foreignKeyConstraintName: 'beds_room_fk' },
  ])
  room!: Room | null;

  @ManyToOne(() => Thing, { onDelete: 'SET NULL', deferrable: 'INITIALLY DEFERRED' })
  @JoinColumn({ name: 'thing_id', foreignKeyConstraintName: 'beds_thing_fk' })
  thing!: Thing | null;

  @ManyToOne(() => Thing)
  @JoinColumn({ name: 'spare_id', foreignKeyConstraintName: 'beds_spare_fk' })
  spare!: Thing | null;
}

/** A primary key to which nothing refers. */
@Entity('stays')
export class Stay {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'stays_pk' })
  bed!: number;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'stays_pk' })
  night!: string;

  @Column('text')
  guest!: string;
}

/** Indexes. */
@Entity('events')
@Index('events_kind_made_idx', ['kind', 'made'])
@Index('events_open_idx', ['kind'], { where: `done IS NULL AND kind <> 'noise'` })
@Index('events_key_idx', ['key'], { unique: true })
@Index('events_area_idx', ['area'], { spatial: true })
@Index('events_made_idx', ['made'])
export class Event {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'events_pk' })
  id!: string;

  @Column('text')
  kind!: string;

  @Column('timestamp')
  made!: Date;

  @Column('timestamp', { nullable: true })
  done!: Date | null;

  @Column('varchar')
  key!: string;

  @Column('box', { nullable: true })
  area!: string | null;

  @Column('jsonb', { nullable: true })
  body!: object | null;
}

/** A table of another schema. */
@Entity({ name: 'entries', schema: 'audit' })
@Unique('entries_text_key', ['text'])
export class AuditEntry {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column('text')
  text!: string;

  @Column('enum', { enum: ['low', 'high'], enumName: 'entry_weight' })
  weight!: string;
}

/** Excluded: the database may have anything in its place. */
@Entity({ name: 'foreign_affairs', synchronize: false })
export class ForeignAffair {
  @PrimaryColumn('integer')
  id!: number;

  @Column('enum', { enum: ['hot', 'cold'], enumName: 'affair_heat' })
  heat!: string;
}

export const postgresModel = [Thing, Room, Bed, Stay, Event, AuditEntry, ForeignAffair];
