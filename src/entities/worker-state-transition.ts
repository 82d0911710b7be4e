import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Partitioned } from '../partitioned.js';
import {
  HasDatabaseDefault,
  IsDate,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  UnlessRelated,
} from '../validation/decorators.js';
import { Worker } from './worker.js';

/** A change of the status of a worker. The subscriber of state transitions writes it; it never changes afterwards. */
@Entity({ name: 'worker_state_transitions' })
@Index('ix_worker_state_transitions_timestamp', ['timestamp'])
@Index('ix_worker_state_transitions_worker_id_timestamp', ['workerId', 'timestamp'])
@Partitioned({ by: 'timestamp', strategy: 'range', every: '1 month', ahead: 3, keep: '90 days' })
export class WorkerStateTransition {
  /** Surrogate key from the database; of two changes of one worker, the later one has the greater key. */
  @PrimaryGeneratedColumn({
    name: 'id',
    type: 'bigint',
    primaryKeyConstraintName: 'pk_worker_state_transitions',
  })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** `workerId` of the worker; the transition is deleted with it. */
  @Column({ name: 'worker_id', type: String, length: 100 })
  @UnlessRelated('worker')
  @IsString()
  @Length(1, 100)
  workerId!: string;

  /** The status before, null for a new worker; 1 to 20 characters. */
  @Column({ name: 'from_state', type: String, length: 20, nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 20)
  fromState!: string | null;

  /** The status after; 1 to 20 characters. */
  @Column({ name: 'to_state', type: String, length: 20 })
  @IsString()
  @Length(1, 20)
  toState!: string;

  /** Why, in words: `statusReason` of the worker when it was saved; null where none was set. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  reason!: string | null;

  /** When it was written; an instant, to the millisecond; default now. On PostgreSQL, when its transaction began. */
  @CreateDateColumn({
    name: 'timestamp',
    type: Date,
    primary: true,
    primaryKeyConstraintName: 'pk_worker_state_transitions',
  })
  @HasDatabaseDefault()
  @IsDate()
  timestamp!: Date;

  /** The worker. */
  @ManyToOne(() => Worker, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'worker_id',
    referencedColumnName: 'workerId',
    foreignKeyConstraintName: 'fk_worker_state_transitions_worker_id',
  })
  @IsOptional()
  @IsObject()
  worker!: Relation<Worker>;
}
