/** The notice by which a backfill reports its progress: written by plan/backfill-progress.ts. */

import type { BackfillProgress } from '../session.js';

/** Its SQLSTATE, which no message of PostgreSQL has. */
export const PROGRESS_CODE = 'ODB01';

/** The fields of a notice that are read here. */
export interface ProgressFields {
  readonly code?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly dataType?: string | undefined;
}

/** The progress that a notice reports; undefined for any other one. */
export function progressOf({ code, table, column, dataType }: ProgressFields): BackfillProgress | undefined {
  if (code !== PROGRESS_CODE || table === undefined || column === undefined) return undefined;
  const { done, estimated, rate, secondsLeft } = numbersIn(dataType ?? '');
  if (done === undefined || estimated === undefined) return undefined;
  return { table, column, done, estimated, rate: rate ?? 0, secondsLeft: secondsLeft ?? 0 };
}

function numbersIn(text: string): Readonly<Record<string, number>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, number>) : {};
  } catch {
    return {};
  }
}
