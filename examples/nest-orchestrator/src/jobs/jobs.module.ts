import { Module } from '@nestjs/common';
import { SharedModule } from '../shared/shared.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { AllocationsService } from './allocations.service.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

@Module({
  imports: [SharedModule, WorkersModule],
  controllers: [JobsController],
  providers: [AllocationsService, JobsService],
})
export class JobsModule {}
