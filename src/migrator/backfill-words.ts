import { MINUTES_FROM, type BackfillProgress } from '../databases/session.js';

/** How far a backfill is, in words. */
export function backfillWords({
  table,
  column,
  done,
  estimated,
  rate,
  secondsLeft,
}: BackfillProgress): string {
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  const left = secondsLeft >= MINUTES_FROM ? `${Math.ceil(secondsLeft / 60)} min` : `${secondsLeft} s`;
  return `backfill of ${table}.${column}: ${number(done)} of about ${number(estimated)} rows, ${number(rate)} rows/s, ${left} left`;
}
