/** Watches which DataSources a class written by hand reaches, besides the query runner that it is given. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';

/** Is called before a DataSource connects or hands out a query runner; it may throw. */
type OnReach = (dataSource: DataSource) => void;

const watching = new AsyncLocalStorage<OnReach>();

/** The prototypes that already ask. */
const asking = new WeakSet();

/** What leads to a connection, of every DataSource. */
const DOORS = ['createQueryRunner', 'initialize'] as const;

/**
 * Runs a body, and calls `onReach` for each DataSource that it reaches: one that it imports, one behind an entity, one of
 * its own. Other callers at the same time are not affected. TypeORM keeps no list of its DataSources, so their class asks.
 */
export function watchReach<T>(like: DataSource, onReach: OnReach, body: () => Promise<T>): Promise<T> {
  for (const door of DOORS) askAt(like, door);
  return watching.run(onReach, body);
}

type Method = (this: DataSource, ...given: unknown[]) => unknown;

function askAt(like: DataSource, door: (typeof DOORS)[number]): void {
  const owner = lastOwner(like, door);
  const method: unknown = Reflect.get(owner, door);
  if (typeof method !== 'function' || asking.has(method)) return;
  const asked: Method = function (this, ...given) {
    watching.getStore()?.(this);
    return (method as Method).apply(this, given);
  };
  asking.add(asked);
  Reflect.set(owner, door, asked);
}

/** TypeORM's own class, behind what a project derives from it. */
function lastOwner(like: object, name: string): object {
  let owner = like;
  for (let at: object | null = like; at !== null; at = Object.getPrototypeOf(at) as object | null)
    if (Object.hasOwn(at, name)) owner = at;
  return owner;
}
