/** Where partitions by time begin and end: as the block that makes the first ones counts. */

import { hoursOf, monthsOf, type Interval } from './interval.js';

/** A time from its lower bound up to, and without, its upper one; milliseconds since 1970, or infinite. */
export interface Period {
  readonly lower: number;
  readonly upper: number;
}

/** Periods are counted from here. It is a Monday. */
const FIRST_YEAR = 2001;
const ORIGIN = Date.UTC(FIRST_YEAR, 0, 1);
const HOUR_MS = 3_600_000;

/** The period of that length in which a moment is. */
export function periodAt(moment: number, every: Interval): Period {
  const months = monthsOf(every);
  if (months > 0) {
    const date = new Date(moment);
    const since = (date.getUTCFullYear() - FIRST_YEAR) * 12 + date.getUTCMonth();
    const first = Math.floor(since / months) * months;
    return { lower: Date.UTC(FIRST_YEAR, first), upper: Date.UTC(FIRST_YEAR, first + months) };
  }
  const length = hoursOf(every) * HOUR_MS;
  const lower = ORIGIN + Math.floor((moment - ORIGIN) / length) * length;
  return { lower, upper: lower + length };
}

/** The period in which a moment is, and that many after it. */
export function periodsFrom(moment: number, every: Interval, ahead: number): readonly Period[] {
  const periods = [periodAt(moment, every)];
  while (periods.length <= ahead) periods.push(periodAt(periods.at(-1)?.upper ?? moment, every));
  return periods;
}

/** So long before a moment. A month before 31 March is the last day of February. */
export function earlier(moment: number, interval: Interval): number {
  const months = monthsOf(interval);
  if (months === 0) return moment - hoursOf(interval) * HOUR_MS;
  const date = new Date(moment);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - months];
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return Date.UTC(year, month, Math.min(date.getUTCDate(), days)) + (moment - start);
}

/** Whether two periods have a moment in common. */
export function overlap(one: Period, other: Period): boolean {
  return one.lower < other.upper && other.lower < one.upper;
}

/** Whether all of a period is in another one. */
export function isWithin(inner: Period, outer: Period): boolean {
  return outer.lower <= inner.lower && inner.upper <= outer.upper;
}

/** A bound for people: the day where it begins one; with the time otherwise. */
export function boundWords(bound: number): string {
  if (!Number.isFinite(bound)) return bound < 0 ? 'the beginning' : 'the end';
  return new Date(bound)
    .toISOString()
    .replace(/T00:00:00\.000Z$/, '')
    .replace('T', ' ')
    .replace(/\.000Z$/, 'Z');
}
