import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DataSource } from 'typeorm';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import type { DatabaseTarget } from '../../src/database-url.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { compiledCopy } from './compiled-copy.js';
import { revision } from './revisions.js';

/** The one revision of applications that beat. */
export const GAUGES = revision(
  'MakeGauges1800000000501',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);

/** A process of such an application. */
export interface Application {
  readonly pid: number;
  /** The key of its heartbeat. */
  readonly replica: string;
  readonly stderr: () => string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
}

/** Starts one, which is there when its first heartbeat is. */
export async function startApplication(
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Application> {
  const child = spawn(process.execPath, [compiledCopy().compiled('test/support/beating-application.ts')], {
    env: { PATH: process.env['PATH'], NO_COLOR: '1', DATABASE_URL: url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = once(child, 'exit');
  const said = once(child.stdout.setEncoding('utf8'), 'data') as Promise<string[]>;
  const [first] = await Promise.race([said, ended.then(() => [undefined])]);
  if (first === undefined) throw new Error(`The application ended: ${stderr}`);
  return {
    pid: child.pid ?? 0,
    replica: first.trim(),
    stderr: () => stderr,
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** The rows of heartbeats, without that of the table's age. */
export function beatsIn(dataSource: DataSource): Promise<readonly Record<string, unknown>[]> {
  return dataSource.query(
    `SELECT * FROM "migrations_heartbeat" WHERE "replica" <> '' ORDER BY "started_at", "replica"`,
  );
}

/** An application of this process, connected, with its heartbeat. */
export async function connectBeating(
  target: DatabaseTarget,
  migrations: DataSourceContents['migrations'] = [GAUGES],
): Promise<GuardedDataSource> {
  const logger = new LineLogger('error', () => undefined);
  const settings = { ...parseSettings({}), database: target };
  return createDataSource(settings, { entities: [], migrations, logger }).initialize();
}
