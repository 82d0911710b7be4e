import { join } from 'node:path';
import type { KnownTarget, PostgresTarget } from '../src/database-url.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';

/** Where databases are made. */
export interface Place {
  /** An empty folder for files. */
  readonly folder: string;
  readonly server: PostgresTarget;
}

export type DialectName = KnownTarget['dialect'];

let files = 0;

/** Lends an empty database. */
export function onEmpty<T>(
  { folder, server }: Place,
  dialect: DialectName,
  use: (target: KnownTarget) => Promise<T>,
): Promise<T> {
  if (dialect === 'postgres') return withScratchDatabase(server, use);
  files += 1;
  const path = join(folder, `${files}.db`);
  return use({ dialect, path, shown: `sqlite:${path}` });
}

/** The middle one; of an even number, the upper of the two. */
export function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
