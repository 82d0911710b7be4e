import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { TransitionView } from '../shared/transition.view.js';
import { GiveReason, RegisterWorker } from './worker.requests.js';
import { WorkerView } from './worker.view.js';
import { WorkersService } from './workers.service.js';

@ApiTags('workers')
@Controller('workers')
export class WorkersController {
  constructor(private readonly workers: WorkersService) {}

  @Post()
  @ApiCreatedResponse({ type: WorkerView })
  @ApiConflictResponse({ description: 'It is registered already.' })
  async register(@Body() request: RegisterWorker): Promise<WorkerView> {
    return new WorkerView(await this.workers.register(request));
  }

  @Get()
  @ApiOkResponse({ type: [WorkerView], description: 'The oldest 100.' })
  async list(): Promise<WorkerView[]> {
    return (await this.workers.list()).map((worker) => new WorkerView(worker));
  }

  @Get(':workerId')
  @ApiOkResponse({ type: WorkerView })
  @ApiNotFoundResponse({ description: 'There is no such worker.' })
  async find(@Param('workerId') workerId: string): Promise<WorkerView> {
    return new WorkerView(await this.workers.find(workerId));
  }

  @Post(':workerId/pause')
  @HttpCode(200)
  @ApiOkResponse({ type: WorkerView })
  @ApiNotFoundResponse({ description: 'There is no such worker.' })
  @ApiConflictResponse({ description: 'It is neither IDLE nor BUSY.' })
  async pause(@Param('workerId') workerId: string, @Body() { reason }: GiveReason): Promise<WorkerView> {
    return new WorkerView(await this.workers.pause(workerId, reason));
  }

  @Post(':workerId/resume')
  @HttpCode(200)
  @ApiOkResponse({ type: WorkerView })
  @ApiNotFoundResponse({ description: 'There is no such worker.' })
  @ApiConflictResponse({ description: 'It is not PAUSED.' })
  async resume(@Param('workerId') workerId: string, @Body() { reason }: GiveReason): Promise<WorkerView> {
    return new WorkerView(await this.workers.resume(workerId, reason));
  }

  @Get(':workerId/transitions')
  @ApiOkResponse({ type: [TransitionView] })
  @ApiNotFoundResponse({ description: 'There is no such worker.' })
  async transitions(@Param('workerId') workerId: string): Promise<TransitionView[]> {
    return (await this.workers.transitions(workerId)).map((change) => new TransitionView(change));
  }
}
