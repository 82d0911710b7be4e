/** What the migrator works on: the revisions of a project, and sessions of its database. */

import type { DataSource } from 'typeorm';
import type { ConnectionSettings } from '../databases/database.js';
import type { Session } from '../databases/session.js';
import { onConnection, settingsOf } from './connections.js';
import { projectOf, type Project } from './state.js';

/** The revisions of a project and its database: through a DataSource of TypeORM, or without one. */
export interface Access {
  /** What the project declares. @throws RevisionInvalidError, DialectUnsupportedError */
  readonly project: () => Project;
  /** The settings of the connection; undefined where another tool made the DataSource. */
  readonly settings: ConnectionSettings | undefined;
  /** Provides a session; what the driver throws becomes an error of this package. */
  readonly onSession: <T>(use: (session: Session) => Promise<T>) => Promise<T>;
  /** The connected DataSource; undefined where every revision is a list of statements and TypeORM is not loaded. */
  readonly dataSource: DataSource | undefined;
}

/** The access through a DataSource. Sessions need it to be connected. */
export function accessOf(dataSource: DataSource): Access {
  return {
    project: () => projectOf(dataSource),
    settings: settingsOf(dataSource),
    onSession: (use) => onConnection(dataSource, use),
    dataSource,
  };
}
