import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
  type Relation,
} from 'typeorm';
import {
  HasDatabaseDefault,
  IsArray,
  IsDate,
  IsEnum,
  IsInt,
  IsJsonValue,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from '../validation/decorators.js';
import { JobStatus } from './enums.js';
import type { JsonValue } from './json-value.js';
import { ResourceAllocation } from './resource-allocation.js';
import { Worker } from './worker.js';

/** A task for a worker. */
@Entity({ name: 'jobs' })
@Unique('uq_jobs_job_id', ['jobId'])
@Index('ix_jobs_job_id', ['jobId'], { unique: true })
@Index('ix_jobs_status', ['status'])
@Index('ix_jobs_depth_status', ['depth', 'status'])
@Index('ix_jobs_created_at', ['createdAt'])
@Index('ix_jobs_parent_job_id', ['parentJobId'])
@Check('ck_jobs_completed_after_created', '"completed_at" IS NULL OR "completed_at" >= "created_at"')
@Check('ck_jobs_depth', '"depth" >= 0 AND "depth" <= 5')
@Check('ck_jobs_worker_count', '"worker_count" >= 1')
export class Job {
  /** Surrogate key from the database. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_jobs' })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** The name of the job for the orchestrator and other tables; unique, 1 to 100 characters. */
  @Column({ name: 'job_id', type: String, length: 100 })
  @IsString()
  @Length(1, 100)
  jobId!: string;

  /** Its status; default PENDING. */
  @Column({
    name: 'status',
    type: 'simple-enum',
    enum: JobStatus,
    enumName: 'jobstatus',
    default: JobStatus.PENDING,
  })
  @HasDatabaseDefault()
  @IsEnum(JobStatus)
  status!: JobStatus;

  /**
   * Why `status` changes: written to the next JobStateTransition of the job, and then removed. Not a column. Up to
   * 10,000 characters.
   */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  statusReason?: string | undefined;

  /** The task of the worker, in words. */
  @Column({ name: 'task_description', type: 'text' })
  @IsString()
  taskDescription!: string;

  /** `workerId` of its worker, null while it has none; set to null when the worker is deleted. */
  @Column({ name: 'assigned_worker_id', type: String, length: 100, nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  assignedWorkerId!: string | null;

  /** `jobId` of the parent job, null for none; set to null when the parent is deleted. */
  @Column({ name: 'parent_job_id', type: String, length: 100, nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  parentJobId!: string | null;

  /** Its depth in the tree of jobs, 0 for a job without parent, 0 to 5, default 0. */
  @Column({ name: 'depth', type: 'integer', default: 0 })
  @HasDatabaseDefault()
  @IsInt()
  @Min(0)
  @Max(5)
  depth!: number;

  /** How many workers it takes, 1 or more, default 1. */
  @Column({ name: 'worker_count', type: 'integer', default: 1 })
  @HasDatabaseDefault()
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  workerCount!: number;

  /** The result; null while there is none. */
  @Column({ name: 'result', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsJsonValue()
  result!: JsonValue;

  /** The error; null while there is none. */
  @Column({ name: 'error', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsJsonValue()
  error!: JsonValue;

  /** When the row was created; an instant, to the millisecond; default now. */
  @CreateDateColumn({ name: 'created_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  createdAt!: Date;

  /** When the row was last written through TypeORM; an instant, to the millisecond; default now. */
  @UpdateDateColumn({ name: 'updated_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  updatedAt!: Date;

  /** When a worker started it; an instant, null before that. */
  @Column({ name: 'started_at', type: Date, nullable: true })
  @IsOptional()
  @IsDate()
  startedAt!: Date | null;

  /** When it ended, in success or failure; an instant not before `createdAt`, null before that. */
  @Column({ name: 'completed_at', type: Date, nullable: true })
  @IsOptional()
  @IsDate()
  completedAt!: Date | null;

  /** Its worker. */
  @ManyToOne(() => Worker, (worker) => worker.jobs, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({
    name: 'assigned_worker_id',
    referencedColumnName: 'workerId',
    foreignKeyConstraintName: 'fk_jobs_assigned_worker_id',
  })
  @IsOptional()
  @IsObject()
  assignedWorker!: Relation<Worker> | null;

  /** The parent job. */
  @ManyToOne(() => Job, (job) => job.childJobs, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({
    name: 'parent_job_id',
    referencedColumnName: 'jobId',
    foreignKeyConstraintName: 'fk_jobs_parent_job_id',
  })
  @IsOptional()
  @IsObject()
  parentJob!: Relation<Job> | null;

  /** The child jobs. */
  @OneToMany(() => Job, (job) => job.parentJob)
  @IsOptional()
  @IsArray()
  childJobs!: Relation<Job[]>;

  /** The resources allocated for it. */
  @OneToMany(() => ResourceAllocation, (allocation) => allocation.job)
  @IsOptional()
  @IsArray()
  allocations!: Relation<ResourceAllocation[]>;
}
