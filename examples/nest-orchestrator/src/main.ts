import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const logger = new Logger('Application');

/** Everything else is loaded here, so that what cannot be used in the environment is said like any other error. */
async function start(): Promise<void> {
  const [{ AppModule }, { describe, setUp }, { parseConfig }] = await Promise.all([
    import('./app.module.js'),
    import('./application.js'),
    import('./config.js'),
  ]);
  const application = await NestFactory.create(AppModule);
  setUp(application);
  describe(application);
  try {
    await application.listen(parseConfig(process.env).port);
  } catch (error) {
    await application.close();
    throw error;
  }
  logger.log(`listening on ${await application.getUrl()}, API at /docs`);
}

start().catch((error: unknown) => {
  logger.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
