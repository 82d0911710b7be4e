import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { describe, setUp } from './application.js';
import { parseConfig } from './config.js';

async function start(): Promise<void> {
  const application = await NestFactory.create(AppModule);
  setUp(application);
  describe(application);
  await application.listen(parseConfig(process.env).port);
  new Logger('Application').log(`listening on ${await application.getUrl()}, API at /docs`);
}

void start();
