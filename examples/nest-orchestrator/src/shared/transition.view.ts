import { ApiProperty } from '@nestjs/swagger';
import type { JobStateTransition, WorkerStateTransition } from 'orchestrator-db/entities';

/** That a status changed. */
export class TransitionView {
  @ApiProperty({ type: String, nullable: true })
  readonly from: string | null;

  @ApiProperty()
  readonly to: string;

  @ApiProperty({ type: String, nullable: true })
  readonly reason: string | null;

  @ApiProperty()
  readonly at: Date;

  constructor({ fromState, toState, reason, timestamp }: WorkerStateTransition | JobStateTransition) {
    this.from = fromState;
    this.to = toState;
    this.reason = reason;
    this.at = timestamp;
  }
}
