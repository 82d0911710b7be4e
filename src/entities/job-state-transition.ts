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
import { Job } from './job.js';

/** A change of the status of a job. The subscriber of state transitions writes it; it never changes afterwards. */
@Entity({ name: 'job_state_transitions' })
@Index('ix_job_state_transitions_timestamp', ['timestamp'])
@Index('ix_job_state_transitions_job_id_timestamp', ['jobId', 'timestamp'])
@Partitioned({ by: 'timestamp', strategy: 'range', every: '1 month', ahead: 3, keep: '90 days' })
export class JobStateTransition {
  /** Surrogate key from the database; of two changes of one job, the later one has the greater key. */
  @PrimaryGeneratedColumn({
    name: 'id',
    type: 'bigint',
    primaryKeyConstraintName: 'pk_job_state_transitions',
  })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** `jobId` of the job; the transition is deleted with it. */
  @Column({ name: 'job_id', type: String, length: 100 })
  @UnlessRelated('job')
  @IsString()
  @Length(1, 100)
  jobId!: string;

  /** The status before, null for a new job; 1 to 20 characters. */
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

  /** Why, in words: `statusReason` of the job when it was saved; null where none was set. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  reason!: string | null;

  /** When it was written; an instant, to the millisecond; default now. On PostgreSQL, when its transaction began. */
  @CreateDateColumn({
    name: 'timestamp',
    type: Date,
    primary: true,
    primaryKeyConstraintName: 'pk_job_state_transitions',
  })
  @HasDatabaseDefault()
  @IsDate()
  timestamp!: Date;

  /** The job. */
  @ManyToOne(() => Job, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'job_id',
    referencedColumnName: 'jobId',
    foreignKeyConstraintName: 'fk_job_state_transitions_job_id',
  })
  @IsOptional()
  @IsObject()
  job!: Relation<Job>;
}
