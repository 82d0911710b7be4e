/** Standbys that a run waits for. */

import { OrchestratorDbError } from './base.js';
import { RunEndedError } from './run-ended.js';

/** How far a server that follows the primary has replayed its log. */
export interface StandbyProgress {
  /** The name of its connection (`application_name`), or the host and port that DATABASE_REPLICA_URLS specifies. */
  readonly name: string;
  /** The address that it connects from; null for a Unix socket, and for a server of DATABASE_REPLICA_URLS. */
  readonly address: string | null;
  /** Bytes of the log that it has not replayed; null where it has reported nothing yet. */
  readonly missingBytes: number | null;
}

/** What a run has found when it waited for standbys. */
export interface StandbyWait {
  /** The position of the primary's log at the end of the run: `0/3045A10`. */
  readonly position: string;
  /** How many servers there are to wait for; those of DATABASE_REPLICA_URLS that also stream count twice. */
  readonly all: number;
  /** How many of them are of DATABASE_REPLICA_URLS. */
  readonly replicas: number;
  /** Those that have not replayed the position. */
  readonly behind: readonly StandbyProgress[];
  /** How many streamed when the run began, and do not any more. */
  readonly lost: number;
  readonly waitedMs: number;
}

/** What a standby lacks, in words. */
export function missingWords({ name, address, missingBytes }: StandbyProgress): string {
  const who = address === null ? name : `${name} (${address})`;
  return missingBytes === null ? `${who} has reported nothing yet` : `${who} lacks ${missingBytes} bytes`;
}

/** What a wait waits for, in words, without a full stop. */
export function behindWords({ behind, lost }: Pick<StandbyWait, 'behind' | 'lost'>): string {
  const gone =
    lost === 0 ? [] : [`${lost} that streamed when the run began ${lost === 1 ? 'does' : 'do'} not any more`];
  return [...behind.map(missingWords), ...gone].join('; ');
}

/** The revisions are applied, and standbys have not replayed them within the limit. */
export class StandbysBehindError extends RunEndedError {
  readonly code = 'STANDBYS_BEHIND';
  /** The standbys that have not replayed the position. */
  readonly standbys: readonly StandbyProgress[];

  constructor(readonly wait: StandbyWait) {
    const { position, all, replicas, behind, lost, waitedMs } = wait;
    const left = behind.length + lost;
    const which = replicas === 0 ? 'standbys' : 'standbys and servers of DATABASE_REPLICA_URLS';
    super(
      `The revisions are applied, but ${left} of ${all} ${which} ${left === 1 ? 'has' : 'have'} not replayed ${position} after ${seconds(waitedMs)} s: ${behindWords(wait)}. ` +
        `${adviceFor(wait)} To look further, on the primary: SELECT application_name, client_addr, state, replay_lsn, replay_lag FROM pg_stat_replication;`,
    );
    this.standbys = behind;
  }
}

/** The next run waits for the standbys that it finds when it begins. */
function adviceFor({ lost }: StandbyWait): string {
  if (lost === 0) return 'Run the same command again to wait longer.';
  return 'The next run does not wait for a standby that is gone: start it first, or stop all reads from it. Then run the same command again.';
}

/** It cannot be known how far standbys are. */
export class StandbysUnseenError extends OrchestratorDbError {
  readonly code = 'STANDBYS_UNSEEN';

  /**
   * @param why `role`: the role as SQL writes it, which may not see them; or the address of a `standby`, which does not
   * know the others
   */
  constructor(readonly why: { readonly role: string } | { readonly standby: string }) {
    super(
      'role' in why
        ? `The role ${why.role} may not see how far standbys have replayed, so a run cannot wait for them. Nothing was changed. ` +
            `Let a superuser run: GRANT pg_read_all_stats TO ${why.role}; or do not wait for standbys.`
        : `${why.standby} is a standby, and only the primary knows how far its standbys have replayed. Nothing was changed. ` +
            'Set DATABASE_URL or DATABASE_DIRECT_URL to the primary, or do not wait for standbys.',
    );
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1).replace(/\.0$/, '');
}
