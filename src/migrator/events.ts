import type { Direction } from '../databases/direction.js';
import type { BackfillProgress } from '../databases/session.js';
import type { AwaitingContract } from '../errors/phases.js';
import type { StandbysReplayed } from '../errors/run-ended.js';
import type { StandbyWait } from '../errors/standbys.js';

/** What a run reports while it runs. */
export type MigrationEvent =
  /** Another process holds the lock; reported every few seconds. */
  | { readonly kind: 'waiting'; readonly holder: string; readonly waitedMs: number }
  /** A warning; the run continues. */
  | { readonly kind: 'warning'; readonly message: string }
  /** A revision begins. */
  | { readonly kind: 'started'; readonly revision: string; readonly direction: Direction }
  /** One of its statements is sent; `of` is null where the number is unknown. */
  | {
      readonly kind: 'statement';
      readonly revision: string;
      readonly direction: Direction;
      readonly number: number;
      readonly of: number | null;
    }
  /** The server sent a notice while one of its statements ran, `RAISE NOTICE` for example; at most 100 a statement. */
  | {
      readonly kind: 'notice';
      readonly revision: string;
      readonly direction: Direction;
      readonly severity: 'notice' | 'warning';
      readonly message: string;
    }
  /** A generated backfill reports how far it is; every 10 s. */
  | ({
      readonly kind: 'progress';
      readonly revision: string;
      readonly direction: Direction;
    } & BackfillProgress)
  /** One of its statements has ended, and the server sent more notices than are reported. */
  | {
      readonly kind: 'notices-omitted';
      readonly revision: string;
      readonly direction: Direction;
      readonly omitted: number;
    }
  /** It failed because of the lock of another session, was rolled back and is retried after a pause. */
  | {
      readonly kind: 'retrying';
      readonly revision: string;
      readonly direction: Direction;
      readonly tries: number;
      readonly pauseMs: number;
      readonly reason: string;
    }
  /** A revision is done and recorded; `stamped` means that its body was not run. */
  | {
      readonly kind: 'finished';
      readonly revision: string;
      readonly direction: Direction;
      readonly stamped: boolean;
      readonly durationMs: number;
      readonly tries: number;
    }
  /** The run waits until no older release is connected; reported every few seconds. */
  | ({ readonly kind: 'awaiting-contract'; readonly waitedMs: number } & AwaitingContract)
  /** The run waits for standbys; reported every few seconds. */
  | ({ readonly kind: 'standbys-behind' } & StandbyWait)
  /** All standbys have replayed the run, or there are none. */
  | ({ readonly kind: 'standbys-replayed' } & StandbysReplayed);

/** Takes events. */
export type OnEvent = (event: MigrationEvent) => void;
