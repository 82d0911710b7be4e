import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';

/** A statement; or, for what ALTER TABLE cannot do, a piece of the text of CREATE TABLE and what to put there. */
export type SqliteStep = string | { readonly table: string; readonly from: string; readonly to: string };

/** SQLite files for DataSources that are TypeORM's own, not of this project. */
export interface PlainFiles {
  readonly folder: string;
  /** Makes a file with the schema of the entities, and gives its path. */
  create(name: string, entities: readonly Function[]): Promise<string>;
  /** Copies a file and takes the steps in the copy, and gives its path. */
  changed(path: string, steps: readonly SqliteStep[]): Promise<string>;
  /** Removes all of them. */
  takeBack(): Promise<void>;
}

/** Creates a folder for them. */
export async function lendPlainFiles(): Promise<PlainFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-plain-'));
  let copies = 0;
  return {
    folder,
    create: async (name, entities) => {
      const path = join(folder, name);
      await onFile(path, { entities: [...entities], synchronize: true }, () => Promise.resolve());
      return path;
    },
    changed: async (path, steps) => {
      copies += 1;
      const copy = join(folder, `copy-${copies}.db`);
      await copyFile(path, copy);
      await onFile(copy, {}, (dataSource) => takeSteps(dataSource, steps));
      return copy;
    },
    takeBack: () => rm(folder, { recursive: true, force: true }),
  };
}

/** TypeORM's own DataSource on a file, not connected. */
export function plainFileSource(path: string, options: object): DataSource {
  const { type, module } = chooseSqliteDriver();
  return new DataSource({ type, database: path, driver: module, ...options });
}

/** Provides a connected DataSource on a file. */
export async function onFile<T>(
  path: string,
  options: object,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await plainFileSource(path, options).initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function takeSteps(dataSource: DataSource, steps: readonly SqliteStep[]): Promise<void> {
  await dataSource.query('PRAGMA foreign_keys = OFF');
  for (const step of steps)
    if (typeof step === 'string') await dataSource.query(step);
    else await rebuild(dataSource, step);
}

/** Drops an empty table and creates it, and its indexes, from its changed text. */
async function rebuild(
  dataSource: DataSource,
  { table, from, to }: Exclude<SqliteStep, string>,
): Promise<void> {
  const rows: readonly { type: string; sql: string }[] = await dataSource.query(
    `SELECT type, sql FROM sqlite_schema WHERE tbl_name = '${table}' AND sql IS NOT NULL ORDER BY type DESC`,
  );
  const [text = '', ...indexes] = rows.map(({ sql }) => sql);
  if (text.split(from).length !== 2) throw new Error(`${from} is not there once: ${text}`);
  await dataSource.query(`DROP TABLE "${table}"`);
  for (const sql of [text.replace(from, () => to), ...indexes]) await dataSource.query(sql);
}
