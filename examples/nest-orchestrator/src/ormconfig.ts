import 'reflect-metadata';
import { createDataSource, LineLogger, parseSettings } from 'orchestrator-db';
import { entities } from 'orchestrator-db/entities';
import { migrations } from 'orchestrator-db/migrations';
import { subscribers } from 'orchestrator-db/subscribers';

const settings = parseSettings(process.env);
const write = (line: string) => void process.stderr.write(`${line}\n`);
/** Nest's Logger reports applied revisions, so this one does not. */
const logger = new LineLogger(settings.logLevel, write, () => undefined);

/** The application uses it, and so does `orchestrator-db status -d dist/ormconfig.js`. */
export const dataSource = createDataSource(settings, { entities, migrations, subscribers, logger });
