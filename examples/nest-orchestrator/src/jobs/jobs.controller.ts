import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { TransitionView } from '../shared/transition.view.js';
import { AllocationsService } from './allocations.service.js';
import { IdempotencyKeyHeader } from './idempotency-key.js';
import { AllocateWorker, ReleaseAllocation, SubmitJob } from './job.requests.js';
import { AllocationView, JobView } from './job.view.js';
import { JobsService } from './jobs.service.js';

@ApiTags('jobs')
@Controller()
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly allocations: AllocationsService,
  ) {}

  @Post('jobs')
  @ApiHeader({ name: 'Idempotency-Key', required: true, description: 'The same key gives the same answer.' })
  @ApiCreatedResponse({ type: JobView })
  @ApiConflictResponse({ description: 'It would be nested too deep.' })
  @ApiUnprocessableEntityResponse({ description: 'The key was sent with another job; no such parent.' })
  async submit(
    @Body() request: SubmitJob,
    @IdempotencyKeyHeader() key: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobView> {
    const { answer, replayed } = await this.jobs.submit(request, key);
    if (replayed) response.set('Idempotent-Replayed', 'true');
    return answer;
  }

  @Get('jobs')
  @ApiOkResponse({ type: [JobView], description: 'The oldest 100.' })
  async list(): Promise<JobView[]> {
    return (await this.jobs.list()).map((job) => new JobView(job));
  }

  @Get('jobs/:jobId')
  @ApiOkResponse({ type: JobView })
  @ApiNotFoundResponse({ description: 'There is no such job.' })
  async find(@Param('jobId') jobId: string): Promise<JobView> {
    return new JobView(await this.jobs.find(jobId));
  }

  @Get('jobs/:jobId/transitions')
  @ApiOkResponse({ type: [TransitionView] })
  @ApiNotFoundResponse({ description: 'There is no such job.' })
  async transitions(@Param('jobId') jobId: string): Promise<TransitionView[]> {
    return (await this.jobs.transitions(jobId)).map((change) => new TransitionView(change));
  }

  @Post('jobs/:jobId/allocations')
  @ApiCreatedResponse({ type: AllocationView })
  @ApiNotFoundResponse({ description: 'There is no such job, or no such worker.' })
  @ApiConflictResponse({ description: 'The worker is not idle, or the job takes no more.' })
  async allocate(
    @Param('jobId') jobId: string,
    @Body() { workerId }: AllocateWorker,
  ): Promise<AllocationView> {
    return new AllocationView(await this.allocations.allocate(jobId, workerId));
  }

  @Post('allocations/:id/release')
  @HttpCode(200)
  @ApiOkResponse({ type: AllocationView })
  @ApiNotFoundResponse({ description: 'There is no such allocation.' })
  @ApiConflictResponse({
    description: 'It was released before, or others work on a job that is said to have ended.',
  })
  async release(
    @Param('id', ParseIntPipe) id: number,
    @Body() { outcome }: ReleaseAllocation,
  ): Promise<AllocationView> {
    return new AllocationView(await this.allocations.release(id, outcome));
  }
}
