/** Reads the options of `@Partitioned`, and refuses values that no partition can have. */

import type { EntityPartitionError } from '../errors/entities.js';
import { hoursOf, mayBeShorter, monthsOf, parseInterval, type Interval } from '../schema/interval.js';
import type { PartitionPolicy, PartitionValue } from '../schema/partition.js';
import type { HashPartitions, ListPartitions, PartitionOptions, RangePartitions } from '../partitioned.js';
import { NAME_BYTES } from '../sql/identifiers.js';

/** Makes the error for a problem. */
export type Refuse = (problem: string) => EntityPartitionError;

/** So many partitions one transaction makes: each is a table with indexes, and all of them are locked until its end. */
const MOST = 1024;

/** A partition is no longer than that, so that those ahead have a date. */
const LONGEST_YEARS = 1000;

/** How the table of an entity is divided. It comes from JavaScript too, which has no types. */
export function policyOf(options: PartitionOptions, refuse: Refuse): PartitionPolicy {
  assertDefault(options, refuse);
  switch (options.strategy) {
    case 'range':
      return rangePolicy(options, refuse);
    case 'list':
      return listPolicy(options, refuse);
    case 'hash':
      return hashPolicy(options, refuse);
    default: {
      const { strategy } = options as { readonly strategy: unknown };
      throw refuse(`there is no strategy ${String(strategy)}. Specify range, list or hash.`);
    }
  }
}

function assertDefault(options: PartitionOptions, refuse: Refuse): void {
  const given: unknown = 'default' in options ? options.default : undefined;
  if (given === undefined) return;
  if (options.strategy === 'hash')
    throw refuse('a table that is partitioned by hash has no default partition. Remove default.');
  if (typeof given !== 'boolean') throw refuse(`default is ${shown(given)}. Specify true or false.`);
}

function rangePolicy(options: RangePartitions, refuse: Refuse): PartitionPolicy {
  const { every, ahead = 3, keep = null } = options;
  const [length, kept] = [
    intervalOf('every', every, refuse),
    keep === null ? null : intervalOf('keep', keep, refuse),
  ];
  assertNumber('ahead', { number: ahead, least: 0 }, refuse);
  if (kept && mayBeShorter(kept, length))
    throw refuse(
      `keep is ${String(keep)}, which may be shorter than a partition, ${every}. Rows leave with their whole partition: specify a longer keep or a shorter every.`,
    );
  if ((ahead + 1) * yearsOf(length) > LONGEST_YEARS)
    throw refuse(
      `every is ${every}, and ahead is ${ahead}: the last partition would end in more than ${LONGEST_YEARS} years. Specify a shorter every, or a smaller ahead.`,
    );
  return { every, ahead, keep };
}

function yearsOf(interval: Interval): number {
  return monthsOf(interval) > 0 ? monthsOf(interval) / 12 : hoursOf(interval) / (365 * 24);
}

function intervalOf(name: string, text: string, refuse: Refuse): Interval {
  const interval = parseInterval(text);
  if (!interval)
    throw refuse(
      `${name} is ${shown(text)}, which is no interval. Specify a number of hours, days, weeks, months or years, such as "1 month".`,
    );
  if (yearsOf(interval) <= LONGEST_YEARS) return interval;
  throw refuse(`${name} is ${text}, which is longer than ${LONGEST_YEARS} years. Specify a shorter ${name}.`);
}

function hashPolicy({ partitions }: HashPartitions, refuse: Refuse): PartitionPolicy {
  assertNumber('partitions', { number: partitions, least: 1 }, refuse);
  return { count: partitions };
}

function assertNumber(
  name: string,
  { number, least }: { readonly number: number; readonly least: number },
  refuse: Refuse,
): void {
  if (!Number.isInteger(number) || number < least)
    throw refuse(`${name} is ${shown(number)}. Specify a whole number of ${least} or more.`);
  if (number > MOST)
    throw refuse(`${name} is ${number}. Specify at most ${MOST}: one transaction creates all of them.`);
}

function listPolicy({ partitions, default: rest }: ListPartitions, refuse: Refuse): PartitionPolicy {
  const given: unknown = partitions;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refuse(`partitions is ${shown(given)}. Specify the values of each partition by its name.`);
  const lists = Object.entries(given as Readonly<Record<string, unknown>>);
  if (lists.length === 0)
    throw refuse('partitions is empty. Specify the values of each partition by its name.');
  for (const [name, values] of lists) {
    assertEnding(name, refuse);
    assertValues(name, values, refuse);
  }
  if (rest === true && Object.hasOwn(partitions, 'default'))
    throw refuse('partitions has the name default, which the default partition has. Specify another name.');
  assertOnce(Object.entries(partitions), refuse);
  return { lists: partitions };
}

/** A name that the server cuts is not the one that is declared. */
function assertEnding(name: string, refuse: Refuse): void {
  const most = NAME_BYTES - 2;
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > most)
    throw refuse(`partitions has the name ${shown(name)}. Specify a name of 1 to ${most} bytes.`);
}

function assertValues(name: string, values: unknown, refuse: Refuse): void {
  if (!Array.isArray(values) || values.length === 0)
    throw refuse(
      `the partition ${name} has ${shown(values)} as its values. Specify a list of one value or more.`,
    );
  for (const value of values as readonly unknown[])
    if (!isValue(value))
      throw refuse(
        `the partition ${name} has the value ${shown(value)}. Specify texts, finite numbers, true, false or null.`,
      );
}

function isValue(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0');
  return value === null || typeof value === 'boolean' || Number.isFinite(value);
}

function assertOnce(lists: readonly (readonly [string, readonly PartitionValue[]])[], refuse: Refuse): void {
  const seen = new Set<string | null>();
  for (const [name, values] of lists)
    for (const value of values) {
      // A column of text takes 1 for '1'.
      const text = value === null ? null : String(value);
      if (seen.has(text))
        throw refuse(`the partition ${name} has the value ${shown(value)} again. Specify each value once.`);
      seen.add(text);
    }
}

/** A value as JavaScript has it: a text has quotes. */
function shown(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
}
