import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DatabaseTarget, PostgresTarget, SqliteTarget } from '../../src/database-url.js';
import type { Subject } from '../../src/databases/conformance/subject.js';
import type { Database } from '../../src/databases/database.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { openTypeormSession } from '../../src/databases/typeorm-session.js';
import { parseSettings } from '../../src/settings.js';
import { runPsqlLines } from './psql-lines.js';
import { onFile } from './plain-sqlite.js';
import { createDatabase, dropDatabase } from './server-databases.js';
import { postgresServer } from './servers.js';

/** Files of SQLite, for a database that stands on them. */
export function onSqliteFiles(database: Database): Subject {
  return {
    database,
    settings: parseSettings({}),
    lend: lendFile,
    // A folder is no file.
    unreachable: fileTarget(tmpdir()),
    hasAddresses: false,
    // The shell's own commands begin with a dot.
    runScript: (target, lines) =>
      onFile((target as SqliteTarget).path, {}, async (dataSource) => {
        const session = await openTypeormSession(dataSource);
        await session.send([withoutCommands(lines)]);
      }),
  };
}

/** Databases of the server of this process. */
export function onPostgresServer(database: Database): Subject {
  const unreachable: PostgresTarget = { ...postgresServer(), port: 1 };
  return {
    database,
    settings: { ...parseSettings({}), scratch: postgresServer() },
    lend: lendDatabase,
    unreachable,
    hasAddresses: true,
    runScript: async (target, lines) => {
      const client = new pg.Client(clientConfig(target as PostgresTarget));
      await client.connect();
      await runPsqlLines(client, lines).finally(() => client.end());
    },
  };
}

function fileTarget(path: string): SqliteTarget {
  return { dialect: 'sqlite', path, shown: `sqlite:${path}` };
}

async function lendFile<T>(use: (target: DatabaseTarget) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-conformance-'));
  const path = join(folder, 'a.db');
  try {
    return await use(fileTarget(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lendDatabase<T>(use: (target: DatabaseTarget) => Promise<T>): Promise<T> {
  const target = await createDatabase('conformance');
  try {
    return await use(target);
  } finally {
    await dropDatabase(target);
  }
}

function withoutCommands(lines: readonly string[]): string {
  return lines
    .flatMap((line) => line.split('\n'))
    .filter((line) => !line.startsWith('.'))
    .join('\n');
}
