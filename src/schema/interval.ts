/** Lengths of partitions in time, as entities declare them. */

const UNITS = ['hour', 'day', 'week', 'month', 'year'] as const;

type Unit = (typeof UNITS)[number];

/** A number of hours, days, weeks, months or years. */
export interface Interval {
  readonly count: number;
  readonly unit: Unit;
}

const WRITTEN = new RegExp(`^([1-9]\\d{0,4}) (${UNITS.join('|')})s?$`);

/** What `3 months` means; undefined for another text. */
export function parseInterval(text: string): Interval | undefined {
  const [, count, unit] = WRITTEN.exec(text) ?? [];
  return unit === undefined ? undefined : { count: Number(count), unit: unit as Unit };
}

/** The interval of a policy, which was checked when its entity was read. */
export function intervalOf(length: string): Interval {
  return parseInterval(length) ?? { count: 1, unit: 'month' };
}

/** The months of an interval; 0 for one that has the same length everywhere. */
export function monthsOf({ count, unit }: Interval): number {
  return unit === 'year' ? 12 * count : unit === 'month' ? count : 0;
}

const HOURS: Readonly<Record<Unit, readonly [shortest: number, longest: number]>> = {
  hour: [1, 1],
  day: [24, 24],
  week: [168, 168],
  month: [28 * 24, 31 * 24],
  year: [365 * 24, 366 * 24],
};

/** The hours of an interval that has the same length everywhere: hours, days or weeks. */
export function hoursOf({ count, unit }: Interval): number {
  return count * HOURS[unit][0];
}

/** Whether an interval may be shorter than another one: 30 days may be shorter than a month. */
export function mayBeShorter(one: Interval, other: Interval): boolean {
  const [months, others] = [monthsOf(one), monthsOf(other)];
  if (months > 0 && others > 0) return months < others;
  return one.count * HOURS[one.unit][0] < other.count * HOURS[other.unit][1];
}
