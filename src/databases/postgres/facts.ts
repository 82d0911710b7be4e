/** What PostgreSQL is called and what it can do. Commands that run on another database load no more of PostgreSQL than this. */

import type { DatabaseFacts } from '../database.js';

/** PostgreSQL, as data. */
export const postgresFacts: DatabaseFacts<'postgres'> = {
  name: 'postgres',
  driverTypes: ['postgres'],
  title: 'PostgreSQL',
  language: 'postgres',
  questions: ['SELECT', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN'],
  capabilities: {
    rebuildsTables: false,
    currentTimestampIsInstant: true,
    nonTransactionalStatements: true,
    traffic: true,
    copiesFiles: false,
    rowLocks: true,
    schemas: true,
  },
};
