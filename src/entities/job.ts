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
  IsObject,
  IsOptional,
  IsString,
  Length,
} from '../validation/decorators.js';
import { JobStatus } from './enums.js';
import { ResourceAllocation } from './resource-allocation.js';
import { Worker } from './worker.js';

/** A task for a worker. */
@Entity({ name: 'jobs' })
@Unique('uq_jobs_job_id', ['jobId'])
@Index('ix_jobs_job_id', ['jobId'], { unique: true })
@Index('ix_jobs_status', ['status'])
@Check('ck_jobs_completed_after_created', '"completed_at" IS NULL OR "completed_at" >= "created_at"')
export class Job {
  /** Surrogate key, given by the database. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_jobs' })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** The name by which the orchestrator and other tables know the job; unique, 1 to 100 characters. */
  @Column({ name: 'job_id', type: String, length: 100 })
  @IsString()
  @Length(1, 100)
  jobId!: string;

  /** How far it has come; default PENDING. */
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

  /** What the worker is to do, in words. */
  @Column({ name: 'task_description', type: 'text' })
  @IsString()
  taskDescription!: string;

  /** `workerId` of the worker that has it, null while nobody has; set to null when the worker is deleted. */
  @Column({ name: 'assigned_worker_id', type: String, length: 100, nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  assignedWorkerId!: string | null;

  /** When the row was made; an instant, to the millisecond; default now. */
  @CreateDateColumn({ name: 'created_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  createdAt!: Date;

  /** When the row was last written through TypeORM; an instant, to the millisecond; default now. */
  @UpdateDateColumn({ name: 'updated_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  updatedAt!: Date;

  /** When it ended, well or not; an instant not before `createdAt`, null while it has not ended. */
  @Column({ name: 'completed_at', type: Date, nullable: true })
  @IsOptional()
  @IsDate()
  completedAt!: Date | null;

  /** The worker that has it. */
  @ManyToOne(() => Worker, (worker) => worker.jobs, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({
    name: 'assigned_worker_id',
    referencedColumnName: 'workerId',
    foreignKeyConstraintName: 'fk_jobs_assigned_worker_id',
  })
  @IsOptional()
  @IsObject()
  assignedWorker!: Relation<Worker> | null;

  /** The resources allocated for it. */
  @OneToMany(() => ResourceAllocation, (allocation) => allocation.job)
  @IsOptional()
  @IsArray()
  allocations!: Relation<ResourceAllocation[]>;
}
