import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import {
  HasDatabaseDefault,
  IsDate,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  UnlessRelated,
} from '../validation/decorators.js';
import { Job } from './job.js';
import { Worker } from './worker.js';

/** Resources that a worker holds, or held, for a job. */
@Entity({ name: 'resource_allocations' })
@Index('ix_resource_allocations_job_id', ['jobId'])
@Index('ix_resource_allocations_worker_id', ['workerId'])
@Index('ix_resource_allocations_depth_released', ['depth', 'releasedAt'])
@Check(
  'ck_resource_allocations_released_after_allocated',
  '"released_at" IS NULL OR "released_at" >= "allocated_at"',
)
@Check('ck_resource_allocations_depth', '"depth" >= 0 AND "depth" <= 5')
@Check('ck_resource_allocations_worker_count', '"worker_count" >= 1')
export class ResourceAllocation {
  /** Surrogate key from the database. */
  @PrimaryGeneratedColumn({
    name: 'id',
    type: 'integer',
    primaryKeyConstraintName: 'pk_resource_allocations',
  })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** `jobId` of the job; the allocation is deleted with it. */
  @Column({ name: 'job_id', type: String, length: 100 })
  @UnlessRelated('job')
  @IsString()
  @Length(1, 100)
  jobId!: string;

  /** `workerId` of the worker; the allocation is deleted with it. */
  @Column({ name: 'worker_id', type: String, length: 100 })
  @UnlessRelated('worker')
  @IsString()
  @Length(1, 100)
  workerId!: string;

  /** When the resources were allocated; an instant, to the millisecond; default now. */
  @CreateDateColumn({ name: 'allocated_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  allocatedAt!: Date;

  /** When they were released; an instant not before `allocatedAt`, null while they are held. */
  @Column({ name: 'released_at', type: Date, nullable: true })
  @IsOptional()
  @IsDate()
  releasedAt!: Date | null;

  /** `depth` of the job, 0 to 5, default 0. */
  @Column({ name: 'depth', type: 'integer', default: 0 })
  @HasDatabaseDefault()
  @IsInt()
  @Min(0)
  @Max(5)
  depth!: number;

  /** How many workers were allocated, 1 or more, default 1. */
  @Column({ name: 'worker_count', type: 'integer', default: 1 })
  @HasDatabaseDefault()
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  workerCount!: number;

  /** The job. */
  @ManyToOne(() => Job, (job) => job.allocations, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'job_id',
    referencedColumnName: 'jobId',
    foreignKeyConstraintName: 'fk_resource_allocations_job_id',
  })
  @IsOptional()
  @IsObject()
  job!: Relation<Job>;

  /** The worker. */
  @ManyToOne(() => Worker, (worker) => worker.allocations, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'worker_id',
    referencedColumnName: 'workerId',
    foreignKeyConstraintName: 'fk_resource_allocations_worker_id',
  })
  @IsOptional()
  @IsObject()
  worker!: Relation<Worker>;
}
