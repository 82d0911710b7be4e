import 'reflect-metadata';
import { createDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { Heartbeat } from '../../src/migrator/heartbeat.js';
import { parseSettings } from '../../src/settings.js';
import { GAUGES } from './beats.js';

// A process of an application, which writes its heartbeat every BEAT_MS and ends by a signal, or when it has no work. It
// runs QUERY again and again, and reports the rows or the code of the error where these are others than before.
const { BEAT_MS = '100', IDLE, QUERY } = process.env;
const dataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [GAUGES],
  logger: new LineLogger('error', (line) => process.stderr.write(`${line}\n`)),
  heartbeat: false,
});
await dataSource.initialize();
const { replica } = await Heartbeat.begin(dataSource, Number(BEAT_MS));
process.stdout.write(`${replica}\n`);
let reported = '';
const ask = async (sql: string) => {
  const answer = await dataSource.query<unknown>(sql).then(
    (rows) => JSON.stringify(rows),
    (error: unknown) => String((error as { readonly code?: unknown }).code),
  );
  if (answer !== reported) process.stderr.write(`${answer}\n`);
  reported = answer;
};
if (QUERY !== undefined) setInterval(() => void ask(QUERY), 50);
if (IDLE === undefined) setInterval(() => undefined, 1000);
