import { createRequire } from 'node:module';
import { databaseNamed } from '../../src/databases/registry.js';
import type { Session } from '../../src/databases/session.js';
import type { SqliteModule } from '../../src/databases/sqlite/native.js';
import { openSessionOver } from '../../src/databases/sqlite/sqlite-session.js';
import { openTypeormSession } from '../../src/databases/typeorm-session.js';
import type { DialectName } from '../../src/databases/registry.js';
import { parseSettings, type Settings } from '../../src/settings.js';
import { onDatabase, type TestDatabase } from './databases.js';

/** One way to a database. */
interface Way {
  readonly title: string;
  readonly dialect: DialectName;
  readonly open: (database: TestDatabase, onWarning: (words: string) => void) => Promise<Session>;
}

const require = createRequire(import.meta.url);

/** The SQLite drivers that are installed: TypeORM 0.3 is tested with one of them, TypeORM 1 with the other one. */
const SQLITE_DRIVERS = ['sqlite3', 'better-sqlite3'].filter((name) => {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
});

/** Over the bare drivers. */
export const BARE: readonly Way[] = [
  {
    title: 'node-postgres',
    dialect: 'postgres',
    open: (database, onWarning) => databaseNamed('postgres').openSession(settingsOf(database), onWarning),
  },
  ...SQLITE_DRIVERS.map((name): Way => ({
    title: name,
    dialect: 'sqlite',
    open: (database, onWarning) =>
      openSessionOver({
        module: require(name) as SqliteModule,
        settings: settingsOf(database),
        onWarning,
      }),
  })),
];

const OVER_TYPEORM = (dialect: DialectName): Way => ({
  title: `TypeORM on ${databaseNamed(dialect).title}`,
  dialect,
  open: async (database) => openTypeormSession(await database.connect({ entities: [], migrations: [] })),
});

const WAYS: readonly Way[] = [OVER_TYPEORM('postgres'), OVER_TYPEORM('sqlite'), ...BARE];

function settingsOf({ target }: TestDatabase): Settings {
  return { ...parseSettings({}), database: target };
}

/** What a test of one way works with. */
export interface Opened {
  readonly dialect: DialectName;
  readonly database: TestDatabase;
  /** Opens one more session; closed after the test. */
  readonly open: () => Promise<Session>;
}

/** Describes a suite once for each way; each test has a database of its own. */
export function eachSession(
  title: string,
  body: (opened: () => Opened) => void,
  ways: readonly Way[] = WAYS,
): void {
  for (const { title: way, dialect, open } of ways)
    onDatabase(dialect, `${title} (${way})`, (database) => {
      const sessions: Session[] = [];
      afterEach(async () => {
        for (const session of sessions.splice(0)) await session.close();
      });
      body(() => ({
        dialect,
        database: database(),
        open: async () => {
          const session = await open(database(), () => undefined);
          sessions.push(session);
          return session;
        },
      }));
    });
}
