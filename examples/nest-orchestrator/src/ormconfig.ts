import 'reflect-metadata';
import { createDataSource, LineLogger, parseSettings } from 'orchestrator-db';
import { entities } from 'orchestrator-db/entities';
import { migrations } from 'orchestrator-db/migrations';
import { subscribers } from 'orchestrator-db/subscribers';

const settings = parseSettings(process.env);
const logger = new LineLogger(settings.logLevel, (line) => process.stderr.write(`${line}\n`));

/** Of the application, and of the command line: `orchestrator-db status -d dist/ormconfig.js`. */
export const dataSource = createDataSource(settings, { entities, migrations, subscribers, logger });
