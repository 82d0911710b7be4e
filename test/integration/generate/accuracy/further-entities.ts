import {
  ChildEntity,
  Column,
  Entity,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
} from 'typeorm';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Entities } from '../property/run.js';

const KEY = { primaryKeyConstraintName: 'pk_job' } as const;

/** Numbers by a sequence or by an identity, which only a class can declare. */
export function numbered(how: 'increment' | 'identity'): Entities {
  class Job {}
  Entity({ name: 'job' })(Job);
  if (how === 'identity')
    PrimaryGeneratedColumn('identity', { ...KEY, type: 'integer', generatedIdentity: 'BY DEFAULT' })(
      Job.prototype,
      'id',
    );
  else PrimaryGeneratedColumn('increment', { ...KEY, type: 'integer' })(Job.prototype, 'id');
  Column('integer', { nullable: true })(Job.prototype, 'a');
  return [Job];
}

/** One table of several classes. */
export function pets(withDog: boolean): Entities {
  class Job {}
  class Cat extends Job {}
  class Dog extends Job {}
  Entity({ name: 'job' })(Job);
  TableInheritance({ column: { type: 'varchar', name: 'type' } })(Job);
  PrimaryColumn('integer', KEY)(Job.prototype, 'id');
  ChildEntity()(Cat);
  Column('integer', { nullable: true })(Cat.prototype, 'lives');
  if (!withDog) return [Job, Cat];
  ChildEntity()(Dog);
  Column('varchar', { nullable: true })(Dog.prototype, 'trick');
  return [Job, Cat, Dog];
}

/** Jobs with tags, in a join table or without one. */
export function tagged(isJoined: boolean): Entities {
  const tags = { tags: { type: 'many-to-many', target: 'tag', joinTable: { name: 'job_tags' } } } as const;
  return [
    entity(
      'job',
      { id: { type: 'integer', primary: true, ...KEY }, a: { type: 'integer', nullable: true } },
      { tableName: 'job', ...(isJoined ? { relations: tags } : {}) },
    ),
    entity('tag', { id: { type: 'integer', primary: true } }),
  ];
}
