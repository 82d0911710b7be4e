import 'reflect-metadata';
import { createDataSource, LineLogger, parseSettings } from 'orchestrator-db';
import { entities } from 'orchestrator-db/entities';
import { migrations } from 'orchestrator-db/migrations';
import { subscribers } from 'orchestrator-db/subscribers';

const settings = parseSettings(process.env);
const write = (line: string) => void process.stderr.write(`${line}\n`);
/** Which revisions were applied is not its to say: Nest's Logger does. */
const logger = new LineLogger(settings.logLevel, write, () => undefined);

/** Of the application, and of the command line: `orchestrator-db status -d dist/ormconfig.js`. */
export const dataSource = createDataSource(settings, { entities, migrations, subscribers, logger });
