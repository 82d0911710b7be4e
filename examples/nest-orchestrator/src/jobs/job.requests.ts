import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { JobStatus } from 'orchestrator-db/entities';
import { IsText } from '../shared/is-text.js';
import { MayBeLeftOut } from '../shared/may-be-left-out.js';

export class SubmitJob {
  @ApiProperty({ minLength: 1, maxLength: 10_000, example: 'Write the release notes' })
  @IsString()
  @IsText()
  @Length(1, 10_000)
  readonly taskDescription!: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 1 })
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(100)
  readonly workerCount?: number;

  @ApiPropertyOptional({ description: 'The job that it is a part of.' })
  @MayBeLeftOut()
  @IsString()
  @IsText()
  @Length(1, 100)
  readonly parentJobId?: string;
}

export class AllocateWorker {
  @ApiProperty({ example: 'worker-7' })
  @IsString()
  @IsText()
  @Length(1, 100)
  readonly workerId!: string;
}

/** How a job can end. */
export const ENDS = [JobStatus.COMPLETED, JobStatus.FAILED] as const;

export class ReleaseAllocation {
  @ApiPropertyOptional({
    enum: ENDS,
    description:
      'How the job has ended, which the last of its workers says; left out by that one, it waits for a worker again.',
  })
  @MayBeLeftOut()
  @IsIn(ENDS)
  readonly outcome?: (typeof ENDS)[number];
}
