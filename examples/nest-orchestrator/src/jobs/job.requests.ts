import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Length, Max, Min, MinLength } from 'class-validator';
import { JobStatus } from 'orchestrator-db/entities';
import { IsText } from '../shared/is-text.js';

export class SubmitJob {
  @ApiProperty({ minLength: 1, example: 'Write the release notes' })
  @IsString()
  @IsText()
  @MinLength(1)
  readonly taskDescription!: string;

  @ApiPropertyOptional({ minimum: 1, default: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  readonly workerCount?: number;

  @ApiPropertyOptional({ description: 'The job that it is a part of.' })
  @IsOptional()
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
    description: 'How the job has ended; left out, it waits for a worker again.',
  })
  @IsOptional()
  @IsIn(ENDS)
  readonly outcome?: (typeof ENDS)[number];
}
