/** The parts of the application that the command line uses. */

import type { EntityManager } from 'typeorm';
import type { GuardedDataSource } from '../data-source.js';
import type { LineLogger } from '../logger.js';
import type { ConnectionSettings } from '../databases/database.js';
import type { Manifest } from '../migrator/manifest/manifest.js';

/** Creates an administrator unless a user with that name exists. Returns whether it did. */
export type CreateAdmin = (manager: EntityManager, username: string, password: string) => Promise<boolean>;

/** The parts of the application that the commands use: its DataSource and its first rows. */
export interface Project {
  /** Loads TypeORM and the entities. */
  readonly createDataSource: (settings: ConnectionSettings, logger: LineLogger) => Promise<GuardedDataSource>;
  /** The path of the manifest of this package; undefined where its sources run. */
  readonly manifest: string | undefined;
  /** The manifest that this command uses, where it has been read and checked already. */
  readonly readManifest?: Manifest;
  /** Inserts rows for development. Returns the inserted and the existing ones. */
  readonly seed: (
    manager: EntityManager,
  ) => Promise<{ readonly inserted: readonly string[]; readonly existing: readonly string[] }>;
  /** Loads the function that creates administrators. @throws PackageMissingError without a package that it requires */
  readonly loadAdmins: () => Promise<CreateAdmin>;
  /** Milliseconds since 1970, for the stamps of new revisions. */
  readonly today: () => number;
  /** How a file in that folder imports the class `Revision`. */
  readonly revisionModule: (folder: string) => string;
  /** The last revision before the lint rules, if there is one: `lint` reads it and older ones, and does not check them. */
  readonly lintAfter: string | undefined;
  /** The path of a page of this package, `docs/rules/drop-column.md` for example, from the working directory. */
  readonly pagePath: (page: string) => string;
  /** Whether the working directory is in this package: its own DataSource is meant there, and its folders. */
  readonly isHome: boolean;
  /** Whether a file is the module of this package that exports its own DataSource. */
  readonly exportsOwn: (path: string) => boolean;
}
