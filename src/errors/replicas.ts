import { OrchestratorDbError } from './base.js';
import { shortList } from '../text/short-list.js';

/**
 * How a server of the same origin differs: it is a `primary` itself, or it follows one that was promoted, on another
 * `timeline`.
 */
export type ReplicaApart = 'primary' | 'timeline';

/** TypeORM would read from a server that has other data. */
export class ReplicaDiffersError extends OrchestratorDbError {
  readonly code = 'REPLICA_DIFFERS';

  /**
   * @param replica its URL, with the password masked
   * @param primary DATABASE_URL, with the password masked
   * @param found host and port of the server that is no replica, and how its history differs where it is known
   */
  constructor(
    readonly replica: string,
    readonly primary: string,
    found: { readonly server: string; readonly apart?: ReplicaApart | undefined },
  ) {
    super(`DATABASE_REPLICA_URLS: ${found.server} (${replica}) ${wordsOf(primary, found.apart)}`);
    this.server = found.server;
  }

  /** Host and port of the server that is no replica. */
  readonly server: string;
}

function wordsOf(primary: string, apart: ReplicaApart | undefined): string {
  if (apart === undefined)
    return (
      `has no copy of the database of ${primary}: ` +
      'it does not stream from that primary, it has no subscription to it, or it is another database of it. ' +
      'Nothing was read. Set DATABASE_REPLICA_URLS to replicas of that database.'
    );
  const found =
    apart === 'primary'
      ? `is a primary itself, apart from the server of ${primary}. Each accepts writes that the other one lacks.`
      : `follows a primary that was promoted after the server of ${primary}. It lacks the writes of that server.`;
  return (
    `${found} Nothing was read. ` +
    'Set DATABASE_URL to the right primary, and DATABASE_REPLICA_URLS to its standbys. End the other primary or make it a standby.'
  );
}

/** DATABASE_URL leads to a standby, so nothing could be written, and reads of its own rows would be old. */
export class WritesOnStandbyError extends OrchestratorDbError {
  readonly code = 'WRITES_ON_STANDBY';

  /** @param database DATABASE_URL, with the password masked */
  constructor(readonly database: string) {
    super(
      `DATABASE_URL (${database}) leads to a standby. With DATABASE_REPLICA_URLS, writes and transactions go to DATABASE_URL, and a standby accepts no writes. ` +
        'Nothing was read. Set DATABASE_URL to the primary, or to all servers of the database, separated by commas. To read on this standby alone, unset DATABASE_REPLICA_URLS.',
    );
  }
}

/** A replica with logical replication is at another revision than its primary, so reads there may fail. */
export class ReplicaSchemaError extends OrchestratorDbError {
  readonly code = 'REPLICA_SCHEMA';

  /**
   * @param server host and port of the replica
   * @param ahead revisions that it has and the primary has not
   * @param behind revisions of the code that it lacks
   */
  constructor(
    readonly server: string,
    readonly ahead: readonly string[],
    readonly behind: readonly string[],
  ) {
    const found = [
      ...(ahead.length > 0 ? [`ahead of the primary by ${shortList(ahead)}`] : []),
      ...(behind.length > 0 ? [`behind the primary by ${shortList(behind)}`] : []),
    ];
    super(
      `DATABASE_REPLICA_URLS: the schema of ${server} is ${found.join(' and ')}, so reads there may fail. ` +
        'Migrate both databases to one revision. Reads and writes on the primary go on.',
    );
  }
}
