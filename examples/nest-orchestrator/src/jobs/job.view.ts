import { ApiProperty } from '@nestjs/swagger';
import { JobStatus } from 'orchestrator-db/entities';
import type { Job, ResourceAllocation } from 'orchestrator-db/entities';

export class JobView {
  @ApiProperty()
  readonly jobId: string;

  @ApiProperty({ enum: JobStatus })
  readonly status: JobStatus;

  @ApiProperty()
  readonly taskDescription: string;

  @ApiProperty()
  readonly workerCount: number;

  @ApiProperty({ type: String, nullable: true })
  readonly parentJobId: string | null;

  @ApiProperty()
  readonly depth: number;

  constructor({ jobId, status, taskDescription, workerCount, parentJobId, depth }: Job) {
    this.jobId = jobId;
    this.status = status;
    this.taskDescription = taskDescription;
    this.workerCount = workerCount;
    this.parentJobId = parentJobId;
    this.depth = depth;
  }
}

export class AllocationView {
  @ApiProperty()
  readonly id: number;

  @ApiProperty()
  readonly jobId: string;

  @ApiProperty()
  readonly workerId: string;

  @ApiProperty({ type: Date, nullable: true })
  readonly releasedAt: Date | null;

  constructor({ id, jobId, workerId, releasedAt }: ResourceAllocation) {
    this.id = id;
    this.jobId = jobId;
    this.workerId = workerId;
    this.releasedAt = releasedAt;
  }
}
