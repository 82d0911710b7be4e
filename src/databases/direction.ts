/** Which way a revision is run. */
export type Direction = 'up' | 'down';

/** SHA-256 over the statements of each direction, 64 hexadecimal digits. */
export type Checksums = Readonly<Record<Direction, string>>;
