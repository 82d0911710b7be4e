/** A DataSource without a door: a class that is only recorded may ask it for its entities, and reaches no database. */

import type { DataSource, QueryRunner } from 'typeorm';

/** What a driver sends or opens by itself. */
const DRIVER_METHODS = [
  'connect',
  'disconnect',
  'afterConnect',
  'createQueryRunner',
  'obtainMasterConnection',
  'obtainSlaveConnection',
  'createPool',
  'closePool',
  'createDatabaseConnection',
  'executeQuery',
  'enableExtensions',
];

/** Where a driver keeps its connections, and the libraries that open more. */
const DRIVER_CONNECTIONS = [
  'master',
  'slaves',
  'databaseConnection',
  'connectedQueryRunners',
  'queryRunner',
  'postgres',
  'postgresNative',
  'sqlite',
];

const SOURCE_METHODS = ['createQueryRunner', 'initialize', 'connect', 'destroy', 'close'];

/** A query runner of its own, since SQLite's driver hands out the same one again and again. */
export function ownRunner(dataSource: DataSource): QueryRunner {
  return runnerOf(dataSource, dataSource);
}

/** A query runner that leads to a closed DataSource and a closed driver; each door calls `refuse`. */
export function closedRunner(dataSource: DataSource, refuse: () => never): QueryRunner {
  return runnerOf(closedSource(dataSource, refuse), dataSource);
}

function runnerOf(source: DataSource, live: DataSource): QueryRunner {
  const { constructor } = live.createQueryRunner();
  const runner = Reflect.construct(constructor, [source.driver, 'master']) as QueryRunner;
  return Object.assign(runner, { manager: source.createEntityManager(runner) });
}

function closedSource(live: DataSource, refuse: () => never): DataSource {
  const source = Object.create(live) as DataSource;
  const driver = Object.create(live.driver) as object;
  for (const name of DRIVER_METHODS) if (name in driver) define(driver, name, { value: refuse });
  for (const name of DRIVER_CONNECTIONS) define(driver, name, { get: refuse });
  // TypeORM 1 names it `dataSource`.
  for (const name of ['connection', 'dataSource']) define(driver, name, { value: source });
  for (const name of SOURCE_METHODS) if (name in source) define(source, name, { value: refuse });
  define(source, 'driver', { value: driver });
  define(source, 'manager', { value: source.createEntityManager() });
  return source;
}

function define(object: object, name: string, property: PropertyDescriptor): void {
  Object.defineProperty(object, name, { configurable: true, ...property });
}
