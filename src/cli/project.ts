/** What the command line needs of the application. */

import type { EntityManager } from 'typeorm';
import type { GuardedDataSource } from '../data-source.js';
import type { LineLogger } from '../logger.js';
import type { ConnectionSettings } from '../databases/database.js';

/** Creates an administrator unless a user of that name exists; returns whether it did. */
export type CreateAdmin = (manager: EntityManager, username: string, password: string) => Promise<boolean>;

/** What the commands need of the application: its DataSource, and the rows that it wants to begin with. */
export interface Project {
  readonly createDataSource: (settings: ConnectionSettings, logger: LineLogger) => GuardedDataSource;
  /** Inserts what developers want to find; tells what was there already. */
  readonly seed: (
    manager: EntityManager,
  ) => Promise<{ readonly inserted: readonly string[]; readonly existing: readonly string[] }>;
  /** Loads what creates administrators. @throws PackageMissingError when a package for it is not installed */
  readonly loadAdmins: () => Promise<CreateAdmin>;
  /** Milliseconds since 1970, for the stamps of new revisions. */
  readonly today: () => number;
  /** How a file in that folder imports the class `Revision`. */
  readonly revisionModule: (folder: string) => string;
  /** The last revision that is older than the lint rules: `lint` reads it and those before it, and does not check them. */
  readonly lintAfter: string;
  /** The path of a page of this package, `docs/rules/drop-column.md` for example, from the working directory. */
  readonly pagePath: (page: string) => string;
}
