/** What SQLite is called and what it can do. Commands that run on another database load no more of SQLite than this. */

import type { DatabaseFacts } from '../database.js';

/** SQLite, as data. */
export const sqliteFacts: DatabaseFacts<'sqlite'> = {
  name: 'sqlite',
  driverTypes: ['sqlite', 'better-sqlite3'],
  title: 'SQLite',
  language: 'sqlite',
  questions: ['SELECT', 'VALUES', 'PRAGMA', 'EXPLAIN'],
  capabilities: {
    rebuildsTables: true,
    currentTimestampIsInstant: false,
    nonTransactionalStatements: false,
    traffic: false,
    copiesFiles: true,
    rowLocks: false,
    schemas: false,
  },
};
