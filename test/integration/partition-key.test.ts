import { expect } from 'chai';
import {
  ChildEntity,
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  type Relation,
} from 'typeorm';
import { Partitioned } from '../../src/partitioned.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';

const MONTHLY = { by: 'at', strategy: 'range', every: '1 month' } as const;

/** A numbered entity that is divided by its moment. */
@Entity({ name: 'events' })
@Partitioned(MONTHLY)
class Event {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint', primaryKeyConstraintName: 'pk_events' })
  id!: number;

  @CreateDateColumn({ name: 'at', type: Date, primary: true, primaryKeyConstraintName: 'pk_events' })
  at!: Date;
}

/** The same, with a note that refers to its whole key. */
@Entity({ name: 'noted_events' })
@Partitioned(MONTHLY)
class NotedEvent {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint', primaryKeyConstraintName: 'pk_noted_events' })
  id!: number;

  @PrimaryColumn({ name: 'at', type: Date, primaryKeyConstraintName: 'pk_noted_events' })
  at!: Date;
}

@Entity({ name: 'notes' })
class Note {
  @PrimaryColumn({ name: 'id', type: 'integer' })
  id!: number;

  @ManyToOne(() => NotedEvent)
  @JoinColumn([
    { name: 'event_id', referencedColumnName: 'id' },
    { name: 'event_at', referencedColumnName: 'at' },
  ])
  event!: Relation<NotedEvent>;
}

/** Its id is a text from the application: nothing is numbered. */
@Entity({ name: 'named_events' })
@Partitioned(MONTHLY)
class NamedEvent {
  @PrimaryColumn({ name: 'id', type: 'text', primaryKeyConstraintName: 'pk_named_events' })
  id!: string;

  @PrimaryColumn({ name: 'at', type: Date, primaryKeyConstraintName: 'pk_named_events' })
  at!: Date;
}

/** Not divided at all. */
@Entity({ name: 'plain_events' })
class PlainEvent {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint', primaryKeyConstraintName: 'pk_plain_events' })
  id!: number;

  @PrimaryColumn({ name: 'at', type: Date, primaryKeyConstraintName: 'pk_plain_events' })
  at!: Date;

  @Column({ name: 'note', type: 'text' })
  note!: string;
}

/** Divided, with children in its table. */
@Entity({ name: 'animals' })
@Partitioned({ by: 'at', strategy: 'range', every: '1 month' })
@TableInheritance({ column: { name: 'kind', type: 'text' } })
class Animal {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint', primaryKeyConstraintName: 'pk_animals' })
  id!: number;

  @PrimaryColumn({ name: 'at', type: Date, primaryKeyConstraintName: 'pk_animals' })
  at!: Date;
}

@ChildEntity()
class Cat extends Animal {
  @Column({ name: 'lives', type: 'integer', nullable: true })
  lives!: number | null;
}

async function keysOf(database: TestDatabase): Promise<Readonly<Record<string, readonly string[]>>> {
  const entities = [Event, NotedEvent, Note, NamedEvent, PlainEvent, Animal, Cat];
  const { entityMetadatas } = await database.connect({ entities, migrations: [] });
  return Object.fromEntries(
    entityMetadatas.map((one) => [one.name, one.primaryColumns.map(({ propertyName }) => propertyName)]),
  );
}

eachDatabase('The partition key in a primary key', (database) => {
  it('Without partitions it leaves a key that is numbered, unless a foreign key refers to the whole', async () => {
    const whole = ['id', 'at'];
    expect(await keysOf(database())).to.deep.equal({
      Event: database().dialect === 'sqlite' ? ['id'] : whole,
      NotedEvent: whole,
      Note: ['id'],
      NamedEvent: whole,
      PlainEvent: whole,
      Animal: database().dialect === 'sqlite' ? ['id'] : whole,
      Cat: database().dialect === 'sqlite' ? ['id'] : whole,
    });
  });
});
