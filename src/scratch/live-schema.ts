import type { DataSource } from 'typeorm';
import type { LiveSchema } from '../databases/live-schema.js';
import { databaseOf } from '../databases/registry.js';
import { withSession } from '../migrator/connections.js';

/** Reads schemas of a scratch database, the default one first. */
export function liveSchema(dataSource: DataSource, schemas: readonly string[]): Promise<LiveSchema> {
  const database = databaseOf(dataSource);
  return withSession(dataSource, (session) =>
    database.catalog.introspect(database.readAll(session), schemas),
  );
}
