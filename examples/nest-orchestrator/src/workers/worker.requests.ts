import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEnum, IsString, Length, MaxLength } from 'class-validator';
import { WorkerType } from 'orchestrator-db/entities';
import { IsText } from '../shared/is-text.js';
import { MayBeLeftOut } from '../shared/may-be-left-out.js';

export class RegisterWorker {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'worker-7' })
  @IsString()
  @IsText()
  @Length(1, 100)
  readonly workerId!: string;

  @ApiPropertyOptional({ enum: WorkerType, default: WorkerType.CLAUDE })
  @MayBeLeftOut()
  @IsEnum(WorkerType)
  readonly workerType?: WorkerType;

  @ApiPropertyOptional({ minLength: 1, maxLength: 36, default: 'default' })
  @MayBeLeftOut()
  @IsString()
  @IsText()
  @Length(1, 36)
  readonly workspaceId?: string;
}

export class GiveReason {
  @ApiPropertyOptional({ maxLength: 10_000, example: 'maintenance' })
  @MayBeLeftOut()
  @IsString()
  @IsText()
  @MaxLength(10_000)
  readonly reason?: string;
}
