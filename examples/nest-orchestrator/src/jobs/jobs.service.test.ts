import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { TestDatabaseModule } from 'orchestrator-db/nest/testing';
import { dataSource } from '../ormconfig.js';
import { JobsModule } from './jobs.module.js';
import { JobsService } from './jobs.service.js';

void describe('Jobs', () => {
  let module: TestingModule;

  beforeEach(async () => {
    const imports = [TestDatabaseModule.forRoot({ dataSource }), JobsModule];
    module = await Test.createTestingModule({ imports }).compile();
    await module.init();
  });

  afterEach(() => module.close());

  void it('are submitted once a key', async () => {
    const jobs = module.get(JobsService);
    const { answer } = await jobs.submit({ taskDescription: 'Write' }, 'key-1');
    const again = await jobs.submit({ taskDescription: 'Write' }, 'key-1');
    assert.deepEqual(again, { answer, replayed: true });
    assert.equal((await jobs.list()).length, 1);
  });

  void it('begin with none', async () => {
    assert.deepEqual(await module.get(JobsService).list(), []);
  });
});
