import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseModule } from 'orchestrator-db/nest';
import { parseConfig } from './config.js';
import { HealthController } from './health.controller.js';
import { JobsModule } from './jobs/jobs.module.js';
import { OperatorGuard } from './operator.guard.js';
import { dataSource } from './ormconfig.js';
import { WorkersModule } from './workers/workers.module.js';

const { onStart, driftCacheMs, keepPartitionsMs } = parseConfig(process.env);

@Module({
  imports: [
    DatabaseModule.forRoot({
      dataSource,
      onStart,
      driftCacheMs,
      keepPartitionsMs,
      page: { path: '/database', guard: OperatorGuard },
    }),
    TerminusModule,
    WorkersModule,
    JobsModule,
  ],
  controllers: [HealthController],
})
export class AppModule {}
