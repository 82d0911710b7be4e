/** A DataSource without a connection, for lint and offline scripts. */

import type { DataSource } from 'typeorm';
import { databaseNamed, type DialectName } from '../databases/registry.js';
import { LineLogger } from '../logger.js';
import { parseSettings } from '../settings.js';
import { loadDataSource } from './load-data-source.js';
import type { CommandContext, DataSourceOption } from './open.js';

/**
 * The named DataSource, or that of this project, for commands that do not connect. The project's own has the requested
 * dialect, so that revisions written by hand run in that dialect.
 */
export async function unconnected(
  { dataSource, dialect }: DataSourceOption & { readonly dialect?: DialectName },
  { io, project }: CommandContext,
): Promise<DataSource> {
  if (dataSource !== undefined) return loadDataSource(dataSource, io.env);
  const settings = parseSettings(io.env);
  const database =
    dialect === undefined || dialect === settings.database.dialect
      ? settings.database
      : databaseNamed(dialect).offlineTarget;
  const own = await project.createDataSource(
    { ...settings, database },
    new LineLogger(settings.logLevel, io.err),
  );
  own.assertSound();
  return own;
}
