/** Errors of contract revisions, which wait until no older release is connected. */

import { OrchestratorDbError } from './base.js';
import { RunEndedError } from './run-ended.js';

/** A process of the application, by its heartbeat. */
export interface Replica {
  readonly id: string;
  /** The newest revision of its code; null for none. */
  readonly head: string | null;
  /** Of this package. */
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601, by the clock of the server. */
  readonly startedAt: string;
  readonly seenAt: string;
  /** Since it was last seen. */
  readonly silentMs: number;
}

/** A contract revision that may not run yet. */
export interface AwaitingContract {
  readonly revision: string;
  /** In words. */
  readonly reason: string;
  /** The processes of older releases that it waits for. */
  readonly older: readonly Replica[];
}

/** How many processes a message lists. */
const LISTED = 5;

/** A process in words. */
function replicaWords({ head, host, pid, silentMs }: Replica): string {
  return `${host} pid ${pid} at ${head ?? 'no revision'}, seen ${Math.round(silentMs / 1000)} s ago`;
}

/** Processes in words. */
export function replicasWords(replicas: readonly Replica[]): string {
  const shown = replicas.slice(0, LISTED).map(replicaWords);
  const more = replicas.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** A contract revision was wanted, and may not run yet. */
export class ContractRefusedError extends RunEndedError {
  readonly code = 'CONTRACT_REFUSED';
  readonly revision: string;
  readonly older: readonly Replica[];

  constructor({ revision, reason, older }: AwaitingContract) {
    super(`${revision}: this contract revision may not run yet: ${reason}. It was not run. ${remedy(older)}`);
    this.revision = revision;
    this.older = older;
  }
}

function remedy(older: readonly Replica[]): string {
  if (older.length === 0) return 'Run the command again when that is done.';
  return (
    'Stop these processes and run the command again, or wait for them: --drain-wait <seconds>. ' +
    'To forget one that has ended: npm run -s db -- replicas forget <id>. To run it anyway: --force-contract'
  );
}

/** A revision touches what a contract revision that waits still changes. */
export class ContractAwaitedError extends OrchestratorDbError {
  readonly code = 'CONTRACT_AWAITED';

  /**
   * @param revision the later one
   * @param contract the one that waits
   * @param reason why it waits, in words
   */
  constructor(
    readonly revision: string,
    readonly contract: string,
    reason: string,
  ) {
    super(
      `${revision}: touches what the contract revision ${contract} still has to change, and that one waits: ${reason}. Nothing was changed. ` +
        'When the older release is gone, run: npm run -s db -- up --contract',
    );
  }
}

/** The database has a contract revision that came after this release, and took away what it uses. */
export class ReleaseTooOldError extends OrchestratorDbError {
  readonly code = 'RELEASE_TOO_OLD';

  /**
   * @param database with the password masked
   * @param contract the applied contract revision
   * @param head the newest revision of this code; null for none
   */
  constructor(
    readonly database: string,
    readonly contract: string,
    readonly head: string | null,
  ) {
    super(
      `${database}: this release (${head ?? 'without revisions'}) is older than the applied contract revision ${contract}, which removed what only older releases use. ` +
        `The application does not start. Deploy a release that contains ${contract}, or revert it with that release: npm run -s db -- down`,
    );
  }
}
