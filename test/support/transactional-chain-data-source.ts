import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { CHAIN_ENTITIES, TRANSACTIONAL_CHAIN } from './chain.js';

/**
 * For `-d` of either command line, against DATABASE_URL: the chain of chain.ts without anything outside a transaction.
 */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: CHAIN_ENTITIES,
  migrations: TRANSACTIONAL_CHAIN,
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
