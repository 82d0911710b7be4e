import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
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
  IsOptional,
  IsString,
  Length,
  MaxLength,
} from '../validation/decorators.js';
import { WorkerStatus, WorkerType } from './enums.js';
import { Job } from './job.js';
import type { JsonValue } from './json-value.js';
import { ResourceAllocation } from './resource-allocation.js';

/** An AI agent that takes jobs. */
@Entity({ name: 'workers' })
@Unique('uq_workers_worker_id', ['workerId'])
@Index('ix_workers_worker_id', ['workerId'], { unique: true })
@Index('ix_workers_status', ['status'])
@Index('ix_workers_workspace_status', ['workspaceId', 'status'])
@Index('ix_workers_created_at', ['createdAt'])
export class Worker {
  /** Surrogate key from the database. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_workers' })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** The name of the worker for the orchestrator and other tables; unique, 1 to 100 characters. */
  @Column({ name: 'worker_id', type: String, length: 100 })
  @IsString()
  @Length(1, 100)
  workerId!: string;

  /** Which kind of agent it runs; default CLAUDE. */
  @Column({
    name: 'worker_type',
    type: 'simple-enum',
    enum: WorkerType,
    enumName: 'workertype',
    default: WorkerType.CLAUDE,
  })
  @HasDatabaseDefault()
  @IsEnum(WorkerType)
  workerType!: WorkerType;

  /** Its status; default IDLE. */
  @Column({
    name: 'status',
    type: 'simple-enum',
    enum: WorkerStatus,
    enumName: 'workerstatus',
    default: WorkerStatus.IDLE,
  })
  @HasDatabaseDefault()
  @IsEnum(WorkerStatus)
  status!: WorkerStatus;

  /**
   * Why `status` changes: written to the next WorkerStateTransition of the worker, and then removed. Not a column. Up
   * to 10,000 characters.
   */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  statusReason?: string | undefined;

  /** `jobId` of the job it works on, null while it has none. Not a foreign key: the job owns the link. */
  @Column({ name: 'current_job_id', type: String, length: 100, nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  currentJobId!: string | null;

  /** The workspace that it works in; 1 to 36 characters, default `default`. */
  @Column({ name: 'workspace_id', type: String, length: 36, default: 'default' })
  @HasDatabaseDefault()
  @IsString()
  @Length(1, 36)
  workspaceId!: string;

  /** Notes of the orchestrator about it; null for none. */
  @Column({ name: 'metadata', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsJsonValue()
  metadata!: JsonValue;

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

  /** The jobs assigned to it. */
  @OneToMany(() => Job, (job) => job.assignedWorker)
  @IsOptional()
  @IsArray()
  jobs!: Relation<Job[]>;

  /** The resources it holds or held. */
  @OneToMany(() => ResourceAllocation, (allocation) => allocation.worker)
  @IsOptional()
  @IsArray()
  allocations!: Relation<ResourceAllocation[]>;
}
