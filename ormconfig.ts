import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { createDataSource } from './src/data-source.js';
import { entities } from './src/entities/index.js';
import { LineLogger } from './src/logger.js';
import { migrations } from './src/migrations/index.js';
import { parseSettings } from './src/settings.js';
import { subscribers } from './src/subscribers/index.js';

const settings = parseSettings(process.env);

/** Events go to standard error; what a migration command answers is its output. */
const logger = new LineLogger(
  settings.logLevel,
  (line) => process.stderr.write(`${line}\n`),
  (line) => process.stdout.write(`${line}\n`),
);

/** The one DataSource, of this project's command line and of TypeORM's. Not connected until it is used. */
export const dataSource = createDataSource(settings, {
  entities,
  migrations,
  subscribers,
  logger,
  migrationsFolder: fileURLToPath(new URL('src/migrations', import.meta.url)),
});
