import { databaseWords } from './base.js';
import { RunEndedError } from './run-ended.js';
import { quoteIdentifier } from '../sql/quote.js';

/** An extension that a revision installs, and why the server refuses. */
export interface RefusedExtension {
  /** As SQL without quotes: `uuid-ossp`. */
  readonly extension: string;
  /** The role may not create it, or its files are not on the server. */
  readonly reason: 'privilege' | 'files';
}

/** A revision installs an extension of PostgreSQL, and the role may not, or the server does not have it. */
export class ExtensionMissingError extends RunEndedError {
  readonly code = 'EXTENSION_MISSING';

  /**
   * @param revision its id
   * @param refused the extension, and why the server refuses it
   * @param about the direction, the address of the database, its state now, and the error of the server
   */
  constructor(
    readonly revision: string,
    readonly refused: RefusedExtension,
    about: {
      readonly direction: 'up' | 'down';
      readonly database: string;
      readonly left: string;
      readonly cause: unknown;
    },
  ) {
    const { extension, reason } = refused;
    const begin = `${revision}: ${about.direction} failed:`;
    const [name, words] = [quoteIdentifier(extension), databaseWords(about.cause).replace(/\.$/, '')];
    super(
      reason === 'privilege'
        ? `${begin} the role may not create the extension ${name} (${words}). ${about.left} ` +
            `Ask the owner of the database, or a superuser, to run in ${about.database}: CREATE EXTENSION ${name}; Then run the command again.`
        : `${begin} the server of ${about.database} does not have the extension ${name} (${words}). ${about.left} ` +
            `Install ${packageOf(extension)} on the server, then run the command again.`,
      { cause: about.cause },
    );
  }
}

/** Packages of Debian and of Red Hat; the extensions that belong to PostgreSQL itself are in one. */
const PACKAGES: Readonly<Record<string, string>> = {
  postgis: 'postgresql-<version>-postgis-3 (Debian) or postgis (Red Hat)',
  vector: 'postgresql-<version>-pgvector (Debian) or pgvector_<version> (Red Hat)',
};

const CONTRIB = ['uuid-ossp', 'citext', 'hstore', 'ltree', 'cube', 'btree_gist', 'pgcrypto'];

function packageOf(extension: string): string {
  const known = CONTRIB.includes(extension) ? 'postgresql-contrib' : PACKAGES[extension];
  return known === undefined ? 'the package that contains it' : `the package ${known}`;
}
