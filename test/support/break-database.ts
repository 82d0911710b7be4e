import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/databases/database.js';
import type { Executor } from '../../src/databases/executor.js';
import type { FixtureSyntax } from '../../src/databases/fixture-syntax.js';
import type { HeldLock, MigrationLock } from '../../src/databases/lock.js';
import type { MigrationDialect } from '../../src/databases/migration-dialect.js';
import type { RecordSyntax } from '../../src/databases/records/syntax.js';
import type { Session, Wire } from '../../src/databases/session.js';
import type { ScratchPlace } from '../../src/databases/scratch-place.js';

/** A database in which one thing is wrong. */
export interface Broken {
  /** What is wrong, for the title. */
  readonly fault: string;
  readonly of: (database: Database) => Database;
  /** Name of the one database on which it is wrong; all where it is missing. */
  readonly only?: string;
}

type Change<T> = Partial<T> | ((whole: T) => Partial<T>);

function changed<T>(whole: T, change: Change<T>): T {
  return { ...whole, ...(typeof change === 'function' ? change(whole) : change) };
}

/** A database that is changed. */
export function broken(fault: string, change: Change<Database>): Broken {
  return { fault, of: (database) => changed(database, change) };
}

/** Its part of migrating is changed. */
export function migration(fault: string, change: Change<MigrationDialect>): Broken {
  return broken(fault, (database) => ({ migration: changed(database.migration, change) }));
}

/** Its records are changed. */
export function records(fault: string, change: Change<RecordSyntax>): Broken {
  return broken(fault, (database) => ({ records: changed(database.records, change) }));
}

/** Its fixtures are changed. */
export function fixtures(fault: string, change: Change<FixtureSyntax>): Broken {
  return broken(fault, (database) => ({ fixtures: changed(database.fixtures, change) }));
}

/** The executor keeps its private state, so its methods are replaced on the object. */
export function executor(fault: string, change: (whole: Methods) => Partial<Executor>): Broken {
  return migration(fault, (whole) => ({
    executor: async (...given) => {
      const made = await whole.executor(...given);
      return Object.assign(made, change(methodsOf(made)));
    },
  }));
}

/** The methods as they are before they are replaced. */
interface Methods {
  readonly inTransaction: Executor['inTransaction'];
  readonly outside: Executor['outside'];
  readonly send: Executor['send'];
}

function methodsOf(made: Executor): Methods {
  return {
    inTransaction: made.inTransaction.bind(made),
    outside: made.outside.bind(made),
    send: made.send.bind(made),
  };
}

const FREE: HeldLock = {
  lost: new AbortController().signal,
  fence: undefined,
  isAlive: () => Promise.resolve(true),
  serverUpSince: () => Promise.resolve(undefined),
  release: () => Promise.resolve(),
};

/** A lock that excludes nothing. */
export const OPEN_LOCK: MigrationLock = {
  remedy: '',
  tryAcquire: () => Promise.resolve(FREE),
  describeHolder: () => Promise.resolve('nothing'),
  close: () => Promise.resolve(),
};

/** Provides the same file each time. */
export async function sharedPlace(): Promise<ScratchPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-shared-'));
  const target = { dialect: 'sqlite', path: join(folder, 'shared.db'), shown: 'shared' } as const;
  return {
    leftBehind: [],
    isSetUp: false,
    lend: (use) => use(target, () => undefined),
    stop: () => rm(folder, { recursive: true }),
  };
}

/** A capability is the other way round. */
export function capability(name: keyof Database['capabilities']): Broken {
  return broken(`${name} the other way`, ({ capabilities }) => ({
    capabilities: { ...capabilities, [name]: !capabilities[name] },
  }));
}

/** The lines of its scripts are changed. */
export function script(fault: string, change: (lines: readonly string[]) => readonly string[]): Broken {
  return broken(fault, ({ script: write }) => ({ script: (input) => change(write(input)) }));
}

/** A statement with values in place of its first parameters. */
export function replaced(sql: string, values: readonly unknown[], write: (value: string) => string): string {
  let next = 0;
  return sql.replace(/\?/g, (mark) => (next < values.length ? write(String(values[next++])) : mark));
}

/** A lock whose held side is changed. */
export function withHeld(lock: MigrationLock, change: (held: HeldLock) => HeldLock): MigrationLock {
  return {
    remedy: lock.remedy,
    describeHolder: () => lock.describeHolder(),
    close: () => lock.close(),
    tryAcquire: async () => {
      const held = await lock.tryAcquire();
      return held && change(held);
    },
  };
}

/** The session over the bare driver keeps its private state, so its methods are replaced on the object. */
export function session(fault: string, change: (whole: SessionEnds) => Partial<Session>): Broken {
  return broken(fault, (database) => ({
    openSession: async (...given) => {
      const made = await database.openSession(...given);
      const whole = { commit: made.commit.bind(made), rollback: made.rollback.bind(made) };
      return Object.assign(made, change(whole));
    },
  }));
}

/** The methods as they are before they are replaced. */
type SessionEnds = Pick<Session, 'commit' | 'rollback'>;

/** Messages whose statements are all sent, whatever became of those before. */
export function oneByOne(wire: Wire): Wire {
  return {
    ...wire,
    send: async (connection, statements) => {
      const sent = statements.map((sql) => wire.send(connection, [sql]));
      await Promise.allSettled(sent);
      return (await Promise.all(sent)).flat();
    },
  };
}
