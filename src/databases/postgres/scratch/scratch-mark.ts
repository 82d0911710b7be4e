import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../../../database-url.js';
import { CONNECT_MS, withHidden } from '../client.js';
import { WrongScratchDatabaseError } from '../../../errors/scratch.js';
import { valueLiteral } from '../../../sql/quote.js';

/** A client of node-postgres, as far as a connection is checked with it. */
export interface CheckedClient {
  connect(callback?: (error?: unknown) => void): Promise<unknown> | undefined;
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
  end(): Promise<void>;
}

/** The class of such clients. */
type ClientClass = new (options: unknown) => CheckedClient;

/** A scratch database that this process has created: only it knows the mark. */
export interface ScratchMark {
  readonly database: string;
  /** Where it was created, with the password masked. */
  readonly server: string;
  readonly mark: string;
}

/** A mark for a database that is about to be created on a server. */
export function newMark(database: string, { shown }: PostgresTarget): ScratchMark {
  return { database, server: shown, mark: `orchestrator-db scratch ${randomBytes(16).toString('hex')}` };
}

/**
 * Statements that mark it, for the connection that has created it. Its sessions get the search path that a server has
 * by default, whatever ALTER ROLE gives the role elsewhere; that setting is dropped with the database.
 */
export function markStatements({ database, mark }: ScratchMark): string {
  return `COMMENT ON DATABASE ${database} IS ${valueLiteral(mark)}; ALTER ROLE CURRENT_USER IN DATABASE ${database} SET search_path = "$user", public`;
}

/** `pg_is_in_recovery()` is volatile, so a pooler that splits reads sends the statement to the primary. */
const WHERE_AM_I = `
  SELECT pg_catalog.current_database()::pg_catalog.text AS reached, pg_catalog.pg_is_in_recovery() AS standby,
         (SELECT pg_catalog.shobj_description(d.oid, 'pg_database') FROM pg_catalog.pg_database d
           WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()) AS mark`;

/** Names of what no initdb has made: objects of a template that is not as PostgreSQL delivers it. */
const CONTENTS = `
  SELECT pg_catalog.format('%s %I.%I', o.kind, n.nspname, o.name) AS object
    FROM (SELECT 'relation' AS kind, relname AS name, relnamespace AS namespace FROM pg_catalog.pg_class
          UNION ALL SELECT 'function', proname, pronamespace FROM pg_catalog.pg_proc
          UNION ALL SELECT 'type', typname, typnamespace FROM pg_catalog.pg_type) o
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) o.namespace
   WHERE n.nspname OPERATOR(pg_catalog.<>) 'information_schema' AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'`;

/** How many objects a message names. */
const SHOWN = 3;

const HOLDS = `, ARRAY(SELECT c.object FROM (${CONTENTS}) c ORDER BY 1 LIMIT ${SHOWN}) AS holds`;

interface Found {
  readonly reached: string;
  readonly standby: boolean;
  readonly mark: string | null;
  readonly holds?: readonly string[];
}

/**
 * Makes sure, in one statement, that a connection is one to the database that was created.
 *
 * @throws WrongScratchDatabaseError
 */
export async function assertMarked(client: CheckedClient, scratch: ScratchMark): Promise<void> {
  await assertFound(client, WHERE_AM_I, scratch);
}

/** The same, for one that nothing was sent to yet: it is empty as well. */
export async function assertNew(client: CheckedClient, scratch: ScratchMark): Promise<void> {
  await assertFound(client, `${WHERE_AM_I}${HOLDS}`, scratch);
}

async function assertFound(
  client: CheckedClient,
  sql: string,
  { database, server, mark }: ScratchMark,
): Promise<void> {
  const [found] = (await client.query(sql)).rows as readonly Found[];
  const reached = found?.reached ?? 'unknown';
  const isOurs = reached === database && found?.mark === mark && !found.standby;
  const holds = isOurs ? (found.holds ?? []) : [];
  if (!isOurs || holds.length > 0)
    throw new WrongScratchDatabaseError({ scratch: database, server, reached, holds });
}

/** Waits for a connection, and looks where it has arrived. */
type CheckConnection = (client: CheckedClient, connecting: Promise<unknown>) => Promise<void>;

/**
 * Makes a DataSource check each connection that it opens, those of its pool and those beside it, before anything else
 * is sent through it: a pooler may lead the next one elsewhere.
 *
 * @param check throws where the connection fails, or reaches another database
 */
export function checkConnections(dataSource: DataSource, check: CheckConnection): void {
  const { postgres } = dataSource.driver as unknown as {
    readonly postgres: { readonly Client: ClientClass };
  };
  const { extra } = dataSource.options as { readonly extra?: object };
  Object.assign(dataSource.options, { extra: { ...extra, Client: checkedClient(postgres.Client, check) } });
}

/** node-postgres' pool takes the class of its clients as an option, and connects with a callback. */
function checkedClient(Client: ClientClass, check: CheckConnection): ClientClass {
  return class extends Client {
    /** node-postgres waits without end unless it is told otherwise; it hides the password from a copy. */
    constructor(options: unknown) {
      const given = options as Readonly<Record<string, unknown>>;
      super({
        ...withHidden(given),
        connectionTimeoutMillis: given['connectionTimeoutMillis'] ?? CONNECT_MS,
      });
    }

    override connect(callback?: (error?: unknown) => void): Promise<unknown> | undefined {
      const connecting = this.#connectChecked();
      if (!callback) return connecting;
      connecting.then(() => callback(), callback);
      return undefined;
    }

    async #connectChecked(): Promise<void> {
      try {
        await check(this, Promise.resolve(super.connect()));
      } catch (error) {
        await this.end().catch(() => undefined);
        throw error;
      }
    }
  };
}
