/** Scratch databases that are kept on their server, as templates for later ones. */

import type { KeptDatabases } from '../../scratch-place.js';
import { toolName } from '../../../package-version.js';
import type { PostgresTarget } from '../../../database-url.js';
import { codeOf } from '../../driver-error.js';
import { EQ, JOINED } from '../../../sql/postgres-operators.js';
import { valueLiteral } from '../../../sql/quote.js';
import { onServer, withScratchDatabase, type ServerClient } from './scratch.js';

/** How many stay; each is as large as the schema of a project, without rows. */
const STAY = 3;

/** What the comment on each begins with; when it was made follows. */
const MARK = 'orchestrator-db kept ';

/** Its name, by the server that has made it and the parameter $1. Others have their names at other versions. */
const NAME = `('orchestrator_db_kept_' ${JOINED} pg_catalog.substr(pg_catalog.encode(pg_catalog.sha256(
  pg_catalog.convert_to(pg_catalog.version() ${JOINED} ' ' ${JOINED} $1::pg_catalog.text, 'UTF8')), 'hex'), 1, 32))`;

/** Those of this user to which nobody can connect. A database of somebody else contains what that one likes. */
const OURS = `
  SELECT d.datname AS name FROM pg_catalog.pg_database d
    JOIN pg_catalog.pg_roles r ON r.oid ${EQ} d.datdba AND r.rolname ${EQ} CURRENT_USER
   WHERE NOT d.datallowconn
     AND pg_catalog.starts_with(pg_catalog.shobj_description(d.oid, 'pg_database'), ${valueLiteral(MARK)})`;

const FIND = `${OURS} AND d.datname ${EQ} ${NAME}`;

/** Behind the newest ones, which a comment in UTC sorts. */
const OLDER = `${OURS} ORDER BY pg_catalog.shobj_description(d.oid, 'pg_database') DESC OFFSET ${STAY}`;

const WITH_NAME = `SELECT ${NAME} AS name, pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), 'YYYY-MM-DD"T"HH24:MI:SS.US') AS now`;

/** Errors that mean: the template has gone, or somebody uses it. */
const GONE = new Set(['3D000', '55006']);

/** @param onKept called when one was made */
export function keptDatabases(server: PostgresTarget, onKept: () => void): KeptDatabases {
  return {
    async lend(key, use, signal) {
      const lent = { hasBegun: false };
      const begin: typeof use = (...given) => {
        lent.hasBegun = true;
        return use(...given);
      };
      try {
        const value = await withScratchDatabase(
          server,
          (target, guard) => begin(target, guard, () => Promise.resolve()),
          { signal, templateOf: (client) => find(client, key) },
        );
        return { value };
      } catch (error) {
        const { cause } = error as Error;
        if (!lent.hasBegun && (cause instanceof NothingKept || GONE.has(codeOf(cause)))) return undefined;
        throw error;
      }
    },
    forget: (key) =>
      onServer(server, async (client) => {
        const [found] = (await client.query<{ name: string }>(FIND, [keyHere(key)])).rows;
        if (found) await client.query(`DROP DATABASE IF EXISTS ${found.name}`);
      }),
    make(key, fill, signal) {
      let isSaved = false;
      const save = () => Promise.resolve(void (isSaved = true));
      return withScratchDatabase(server, (target, guard) => fill(target, guard, save), {
        signal,
        keep: async (database) => {
          if (!isSaved || !(await keepAs(server, database, key))) return false;
          onKept();
          return true;
        },
      });
    },
  };
}

/** Not an error: there is no template. */
class NothingKept extends Error {}

async function find(client: ServerClient, key: string): Promise<string> {
  const [found] = (await client.query<{ name: string }>(FIND, [keyHere(key)])).rows;
  if (found === undefined) throw new NothingKept();
  return found.name;
}

/** Gives a database its name as the last step, so that what was interrupted before has none. */
async function keepAs(server: PostgresTarget, database: string, key: string): Promise<boolean> {
  try {
    await onServer(server, async (client) => {
      const [named] = (await client.query<{ name: string; now: string }>(WITH_NAME, [keyHere(key)])).rows;
      if (named === undefined) throw new NothingKept();
      await client.query(
        `ALTER ROLE CURRENT_USER IN DATABASE ${database} RESET ALL; ` +
          `COMMENT ON DATABASE ${database} IS ${valueLiteral(`${MARK}${named.now}`)}; ` +
          `ALTER DATABASE ${database} ALLOW_CONNECTIONS false; ALTER DATABASE ${database} RENAME TO ${named.name}`,
      );
      await dropOlder(client);
    });
    return true;
  } catch {
    // Another process was faster, or the user may not rename: what was made serves this time only.
    return false;
  }
}

/** Without FORCE: one that is copied at present is waited for. */
async function dropOlder(client: ServerClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(OLDER);
  for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${name}`).catch(() => undefined);
}

/** Another release may make another database of the same revisions. */
function keyHere(key: string): string {
  return `${toolName()} ${key}`;
}
