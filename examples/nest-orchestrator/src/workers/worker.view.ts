import { ApiProperty } from '@nestjs/swagger';
import { WorkerStatus, WorkerType } from 'orchestrator-db/entities';
import type { Worker } from 'orchestrator-db/entities';

export class WorkerView {
  @ApiProperty()
  readonly workerId: string;

  @ApiProperty({ enum: WorkerType })
  readonly workerType: WorkerType;

  @ApiProperty()
  readonly workspaceId: string;

  @ApiProperty({ enum: WorkerStatus })
  readonly status: WorkerStatus;

  @ApiProperty({ type: String, nullable: true })
  readonly currentJobId: string | null;

  constructor({ workerId, workerType, workspaceId, status, currentJobId }: Worker) {
    this.workerId = workerId;
    this.workerType = workerType;
    this.workspaceId = workspaceId;
    this.status = status;
    this.currentJobId = currentJobId;
  }
}
