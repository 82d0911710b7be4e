/** All that differs on SQLite, as one object. The files beside it have its parts. */

import type { Database } from '../database.js';
import { NO_REPLICATION } from '../replication.js';
import { jsonText } from '../transformers.js';
import { sqliteCatalog } from './catalog.js';
import { sqliteConnections } from './connection.js';
import { deleteExpired } from './expired-rows.js';
import { sqliteFacts } from './facts.js';
import { sqliteFixtures } from './fixtures.js';
import { inlined } from './inlined.js';
import { readsRows } from './reads-rows.js';
import { sqliteMigration } from './migration.js';
import { sqliteLines } from './raw-catalog/raw-catalog.js';
import { NOW, sqliteRecords } from './records.js';
import { sqliteScratch } from './scratch.js';
import { sqliteScript } from './script.js';
import { sqliteServer } from './server.js';

/** SQLite, by either of its drivers. */
export const sqlite: Database<'sqlite'> = Object.freeze<Database<'sqlite'>>({
  ...sqliteConnections,
  ...sqliteFacts,
  entityTypes: {
    instant: { type: 'datetime', now: NOW },
    json: { type: 'text', transformer: jsonText, check: (column) => `json_valid(${column})` },
    identity: { type: 'integer', strategy: 'increment' },
  },
  catalog: sqliteCatalog,
  deleteExpired,
  records: sqliteRecords,
  migration: sqliteMigration,
  replication: NO_REPLICATION,
  server: sqliteServer,
  script: sqliteScript,
  fixtures: sqliteFixtures,
  planner: async () => (await import('./plan/planner.js')).sqlitePlanner,
  rowReader: () => Promise.resolve(readsRows),
  tableSizes: async (session) => (await import('./table-sizes.js')).readSizes(session),
  scratch: () => Promise.resolve(sqliteScratch()),
  inlined,
  rawCatalog: sqliteLines,
});
