import type { Direction } from '../databases/direction.js';

/** What a run tells while it goes on. */
export type MigrationEvent =
  /** Another process holds the lock; told every few seconds. */
  | { readonly kind: 'waiting'; readonly holder: string; readonly waitedMs: number }
  /** Odd, and no reason to stop. */
  | { readonly kind: 'warning'; readonly message: string }
  /** A revision begins. */
  | { readonly kind: 'started'; readonly revision: string; readonly direction: Direction }
  /** One of its statements is sent; `of` is null where nobody knows how many there are. */
  | {
      readonly kind: 'statement';
      readonly revision: string;
      readonly direction: Direction;
      readonly number: number;
      readonly of: number | null;
    }
  /** It gave way to somebody's lock, was rolled back and is tried again after a pause. */
  | {
      readonly kind: 'retrying';
      readonly revision: string;
      readonly direction: Direction;
      readonly tries: number;
      readonly pauseMs: number;
      readonly reason: string;
    }
  /** A revision is done and recorded; `stamped` says that its body was not run. */
  | {
      readonly kind: 'finished';
      readonly revision: string;
      readonly direction: Direction;
      readonly stamped: boolean;
      readonly durationMs: number;
      readonly tries: number;
    };

/** Takes events. */
export type OnEvent = (event: MigrationEvent) => void;
