import { expect } from 'chai';
import { parseInterval } from '../../../src/schema/interval.js';
import {
  boundWords,
  earlier,
  isWithin,
  overlap,
  periodAt,
  periodsFrom,
  type Period,
} from '../../../src/schema/periods.js';

const moment = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
const intervalOf = (words: string) => parseInterval(words) ?? { count: 0, unit: 'hour' };

const PERIODS: readonly (readonly [string, string, string, string])[] = [
  ['2028-02-29 12:00', '1 day', '2028-02-29 00:00', '2028-03-01 00:00'],
  ['2028-02-29 23:59', '1 month', '2028-02-01 00:00', '2028-03-01 00:00'],
  ['2028-02-29 00:00', '1 year', '2028-01-01 00:00', '2029-01-01 00:00'],
  ['2028-12-31 23:59', '1 day', '2028-12-31 00:00', '2029-01-01 00:00'],
  ['2027-01-01 00:00', '1 month', '2027-01-01 00:00', '2027-02-01 00:00'],
  ['2026-11-30 08:00', '3 months', '2026-10-01 00:00', '2027-01-01 00:00'],
  ['2026-11-29 23:00', '1 week', '2026-11-23 00:00', '2026-11-30 00:00'],
  ['2026-11-30 15:30', '6 hours', '2026-11-30 12:00', '2026-11-30 18:00'],
  ['2000-12-31 23:59', '1 day', '2000-12-31 00:00', '2001-01-01 00:00'],
  ['2000-12-31 23:59', '5 months', '2000-08-01 00:00', '2001-01-01 00:00'],
];

const EARLIER: readonly (readonly [string, string, string])[] = [
  ['2028-03-31 10:20', '1 month', '2028-02-29 10:20'],
  ['2027-03-31 10:20', '1 month', '2027-02-28 10:20'],
  ['2028-02-29 10:20', '1 year', '2027-02-28 10:20'],
  ['2028-03-01 00:00', '1 day', '2028-02-29 00:00'],
  ['2026-11-30 12:00', '90 days', '2026-09-01 12:00'],
  ['2026-01-15 00:00', '13 months', '2024-12-15 00:00'],
  ['2026-01-15 05:00', '6 hours', '2026-01-14 23:00'],
  ['2026-01-15 05:00', '2 weeks', '2026-01-01 05:00'],
];

describe('Periods of partitions', () => {
  for (const [at, every, lower, upper] of PERIODS)
    it(`${at} is in the ${every} from ${lower}`, () => {
      const found = periodAt(moment(at), intervalOf(every));
      expect([text(found.lower), text(found.upper)]).to.deep.equal([lower, upper]);
      expect(periodAt(found.lower, intervalOf(every))).to.deep.equal(found);
      expect(periodAt(found.upper - 1, intervalOf(every))).to.deep.equal(found);
      expect(periodAt(found.upper, intervalOf(every)).lower).to.equal(found.upper);
    });

  for (const [at, keep, expected] of EARLIER)
    it(`${keep} before ${at} is ${expected}`, () => {
      expect(text(earlier(moment(at), intervalOf(keep)))).to.equal(expected);
    });

  it('The periods ahead follow each other over a leap day and a new year', () => {
    const lowers = (from: string, every: string) =>
      periodsFrom(moment(from), intervalOf(every), 2).map(({ lower }) => text(lower).slice(0, 10));
    expect(lowers('2028-02-28 10:00', '1 day')).to.deep.equal(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(lowers('2028-12-31 10:00', '1 month')).to.deep.equal(['2028-12-01', '2029-01-01', '2029-02-01']);
  });

  it('A period that only touches another one does not overlap it', () => {
    const period = (lower: number, upper: number): Period => ({ lower, upper });
    expect(overlap(period(0, 1), period(1, 2))).to.equal(false);
    expect(overlap(period(0, 2), period(1, 3))).to.equal(true);
    expect(overlap(period(1, 2), period(-Infinity, Infinity))).to.equal(true);
    expect(isWithin(period(1, 2), period(1, 2))).to.equal(true);
    expect(isWithin(period(0, 2), period(1, 2))).to.equal(false);
    expect(isWithin(period(1, 2), period(-Infinity, 2))).to.equal(true);
  });

  it('A bound is a day where it begins one', () => {
    expect(
      [moment('2026-11-01 00:00'), moment('2026-11-01 06:00'), -Infinity, Infinity].map(boundWords),
    ).to.deep.equal(['2026-11-01', '2026-11-01 06:00:00Z', 'the beginning', 'the end']);
  });
});
