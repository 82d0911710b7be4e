/** A question to a server, which its caller may cancel. */
export interface Probe {
  /** Settles with the answer, or rejects. */
  readonly answer: Promise<unknown>;
  readonly giveUp: () => void;
}

/** What a second connection finds out: the server works on the request, or does not know of any. */
export type ServerWord = 'working' | 'idle';

/** A look at the server from beside the connection that is silent. */
export interface ServerProbe extends Probe {
  readonly answer: Promise<ServerWord>;
  /** Whether the host has accepted a connection: then the server may be slow, and is given more time. */
  readonly isReached: () => boolean;
}
