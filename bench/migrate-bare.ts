import pg from 'pg';
import type { KnownTarget } from '../src/database-url.js';
import { chooseSqliteDriver } from '../src/databases/sqlite/driver.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';

/** A connection of the bare driver, nothing of TypeORM or of ours around it. */
export interface BareConnection {
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/** The part of `sqlite3` that is used here. */
interface CallbackModule {
  readonly Database: new (path: string, opened: (error: Error | null) => void) => CallbackDatabase;
}

interface CallbackDatabase {
  run(sql: string, values: readonly unknown[], done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
}

/** The part of `better-sqlite3` that is used here. */
type BlockingModule = new (path: string) => {
  exec(sql: string): unknown;
  prepare(sql: string): { run(...values: readonly unknown[]): unknown };
  close(): unknown;
};

/** What TypeORM sets on the connections that it makes for our DataSource. */
const PRAGMAS = ['PRAGMA foreign_keys = ON', 'PRAGMA journal_mode = WAL'];

/** Opens what TypeORM would open, with the same driver and the same settings. */
export async function connectBare(target: KnownTarget): Promise<BareConnection> {
  if (target.dialect === 'postgres') {
    const client = new pg.Client(clientConfig(target));
    await client.connect();
    return { query: (sql, values = []) => client.query(sql, [...values]), close: () => client.end() };
  }
  const driver = chooseSqliteDriver();
  const connection =
    driver.type === 'sqlite'
      ? await openCallback(driver.module as CallbackModule, target.path)
      : openBlocking(driver.module as BlockingModule, target.path);
  for (const sql of PRAGMAS) await connection.query(sql);
  return connection;
}

async function openCallback({ Database }: CallbackModule, path: string): Promise<BareConnection> {
  const settled = (run: (done: (error: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve())));
  const opened: CallbackDatabase[] = [];
  await settled((done) => opened.push(new Database(path, done)));
  const [database] = opened;
  if (!database) throw new Error(`${path} was not opened`);
  return {
    query: (sql, values = []) => settled((done) => database.run(sql, values, done)),
    close: () => settled((done) => database.close(done)),
  };
}

function openBlocking(Database: BlockingModule, path: string): BareConnection {
  const database = new Database(path);
  return {
    query: (sql, values = []) =>
      Promise.resolve(values.length === 0 ? database.exec(sql) : database.prepare(sql).run(...values)),
    close: () => Promise.resolve(database.close()),
  };
}
