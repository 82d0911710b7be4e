import type { QueryRunner } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';

/** The number that the next row of a table gets, by table and column (on SQLite by table). */
export type Counters = ReadonlyMap<string, bigint>;

/** What a change does to counters, in the names of readCounters. */
export interface CounterChanges {
  /** Those that up drops: down starts them again after the existing rows. */
  readonly released: ReadonlySet<string>;
  /** The names afterwards. Something new may have a name that another one has given up. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Those that a change keeps. */
export function keptCounters(counters: Counters, changes: CounterChanges | undefined): Counters {
  return new Map([...counters].filter(([name]) => !changes?.released.has(name)));
}

/** The same under the names that they have afterwards. */
export function countersAfter(counters: Counters, changes: CounterChanges | undefined): Counters {
  return new Map([...counters].map(([name, next]) => [changes?.renamed.get(name) ?? name, next]));
}

/** Reads all of them. */
export async function readCounters(queryRunner: QueryRunner): Promise<Counters> {
  const rows = await databaseOf(queryRunner.connection).fixtures.readCounters(
    new TypeormSession(queryRunner),
  );
  return new Map(rows.map(({ name, next }) => [name, BigInt(next)]));
}

/**
 * Advances all of them, as deleted rows do: then a counter that was created again, from the existing rows, is behind
 * its former place.
 */
export function advanceCounters(queryRunner: QueryRunner): Promise<void> {
  return databaseOf(queryRunner.connection).fixtures.advanceCounters(new TypeormSession(queryRunner));
}

/**
 * Counters that moved backwards, in words: they would give a number that was in use.
 *
 * @param all whether a missing counter counts as well
 */
export function compareCounters(before: Counters, after: Counters, all: boolean): readonly string[] {
  return [...before].flatMap(([name, next]) => {
    const now = after.get(name);
    if (now === undefined) return all ? [`${name}: its counter is gone; the next number was ${next}`] : [];
    return now < next ? [`${name}: the next number was ${next} and is now ${now}`] : [];
  });
}
