/** A connection to a server, as far as this end can see it. */
export interface Line {
  /** Whether a request is under way. */
  readonly isWaiting: boolean;
  /** Whether part of the request has not left this process yet. */
  readonly isSending: boolean;
  /** How many bytes have arrived; only ever grows. */
  readonly received: number;
  /** Why the connection has ended; undefined while it is open. */
  readonly ended: Error | undefined;
  /** Which session of the server it leads to, where that is known. */
  session: ServerSession | undefined;
  /** Whether a run looks at it for silence. */
  isWatched?: boolean;
  /** Ends it on this side, at once: requests under way are rejected, with the reason where there is one. */
  hangUp(reason?: Error): void;
}

/** A session, and since when its server has been up: two servers may have given out one number. */
export interface ServerSession {
  readonly pid: number;
  readonly upSince: string;
}
