import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';

/** Every kind of column that SQLite and TypeORM have in common. */
@Entity('things')
export class Thing {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('varchar', { length: 40 })
  label!: string;

  @Column('decimal', { precision: 10, scale: 2, default: 0.5 })
  price!: number;

  @Column('integer', { nullable: true })
  size!: number | null;

  @Column('datetime', { default: () => `strftime('%Y-%m-%d %H:%M:%f', 'now')` })
  made!: Date;

  @Column('boolean', { default: true })
  active!: boolean;

  @Column('text', { default: 'none' })
  note!: string;

  @Column({ type: 'text', collation: 'NOCASE' })
  title!: string;

  @Column({ type: 'text', generatedType: 'STORED', asExpression: 'upper("label")', nullable: true })
  loud!: string | null;

  @Column({ type: 'text', generatedType: 'VIRTUAL', asExpression: 'lower("label")', nullable: true })
  soft!: string | null;

  @Column('simple-enum', { enum: ['new', 'open', 'closed'], default: 'new' })
  state!: string;
}

/** Keys and checks. */
@Entity('rooms')
@Unique('rooms_place_key', ['house', 'kind'])
@Unique('rooms_number_key', ['number'])
@Check('rooms_size_check', '"size" > 0 AND "size" <= 500')
@Check('rooms_kind_check', `"kind" IN ('bed', 'bath')`)
@Check('rooms_span_check', '"opened" IS NULL OR "closed" > "opened"')
export class Room {
  @PrimaryColumn('integer')
  house!: number;

  @PrimaryColumn('integer')
  floor!: number;

  @Column('integer')
  number!: number;

  @Column('integer')
  size!: number;

  @Column('text')
  kind!: string;

  @Column('date', { nullable: true })
  opened!: string | null;

  @Column('date', { nullable: true })
  closed!: string | null;
}

/** Foreign keys. */
@Entity('beds')
export class Bed {
  @PrimaryColumn('varchar')
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

/** Indexes. */
@Entity('events')
@Index('events_kind_made_idx', ['kind', 'made'])
@Index('events_open_idx', ['kind'], { where: `"done" IS NULL AND "kind" <> 'noise'` })
@Index('events_key_idx', ['key'], { unique: true })
@Index('events_made_idx', ['made'])
export class Event {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('text')
  kind!: string;

  @Column('datetime')
  made!: Date;

  @Column('datetime', { nullable: true })
  done!: Date | null;

  @Column({ type: 'varchar', collation: 'NOCASE' })
  key!: string;
}

/** Numbered by the INSERT. */
@Entity('counters')
export class Counter {
  @PrimaryColumn('integer')
  id!: number;
}

/** Without row ids. */
@Entity({ name: 'pairs', withoutRowid: true })
export class PairOfKeys {
  @PrimaryColumn('integer')
  a!: number;

  @PrimaryColumn('integer')
  b!: number;
}

/** Excluded: the database may have anything in its place. */
@Entity({ name: 'foreign_affairs', synchronize: false })
export class ForeignAffair {
  @PrimaryColumn('integer')
  id!: number;
}

export const sqliteModel = [Thing, Room, Bed, Event, Counter, PairOfKeys, ForeignAffair];
