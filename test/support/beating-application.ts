import 'reflect-metadata';
import { createDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { Heartbeat } from '../../src/migrator/heartbeat.js';
import { parseSettings } from '../../src/settings.js';
import { GAUGES } from './beats.js';

// A process of an application, which writes its heartbeat every BEAT_MS and ends by a signal, or when it has no work.
const { BEAT_MS = '100', IDLE } = process.env;
const dataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [GAUGES],
  logger: new LineLogger('error', (line) => process.stderr.write(`${line}\n`)),
  heartbeat: false,
});
await dataSource.initialize();
const { replica } = await Heartbeat.begin(dataSource, Number(BEAT_MS));
process.stdout.write(`${replica}\n`);
if (IDLE === undefined) setInterval(() => undefined, 1000);
