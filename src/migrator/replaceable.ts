import type { MigrationInterface } from 'typeorm';
import { RevisionInvalidError } from '../errors/migration.js';
import { shortList } from '../text/short-list.js';
import { replacedIds, replacesIn } from './replaced.js';

/** A revision of the code. */
interface Listed {
  readonly id: string;
  readonly stamp: number;
  readonly migration: MigrationInterface;
}

/** A revision, and the ids that it replaces. */
interface Replacing {
  readonly id: string;
  readonly stamp: number;
  readonly ids: readonly string[];
}

/**
 * Makes sure that revisions replace what came before them, and each id is replaced by one of them, unless one replaces
 * the other.
 *
 * @throws RevisionInvalidError
 */
export function assertReplaceable(revisions: readonly Listed[]): void {
  const replacing = revisions
    .map(({ id, stamp, migration }) => ({ id, stamp, ids: replacedIds(replacesIn(migration)) }))
    .filter(({ ids }) => ids.length > 0);
  for (const one of replacing) {
    assertOlder(one);
    for (const other of replacing) assertApart(one, other);
    assertTogether(one, revisions);
  }
}

function assertOlder({ id, stamp, ids }: Replacing): void {
  const stampless = ids.filter((one) => !/\d{13}$/.test(one));
  if (stampless.length > 0)
    throw new RevisionInvalidError(
      `${id}: replaces ${shortList(stampless)}, which is no id of a revision. Use the class name with its 13-digit stamp.`,
    );
  const newer = ids.filter((one) => Number(one.slice(-13)) > stamp || one === id);
  if (newer.length > 0)
    throw new RevisionInvalidError(
      `${id}: replaces ${shortList(newer)}, which does not come before it. Give it the stamp of the newest revision that it replaces.`,
    );
}

function assertApart(one: Replacing, other: Replacing): void {
  if (one === other || one.ids.includes(other.id) || other.ids.includes(one.id)) return;
  const both = one.ids.filter((id) => other.ids.includes(id));
  if (both.length > 0)
    throw new RevisionInvalidError(
      `${one.id} and ${other.id}: both replace ${shortList(both)}. Remove one of them from the list of migrations.`,
    );
}

/** It runs in one place of the order, so nothing else can have one among what it replaces. */
function assertTogether({ id, ids }: Replacing, revisions: readonly Listed[]): void {
  const oldest = Math.min(...ids.map((one) => Number(one.slice(-13))));
  const newest = Math.max(...ids.map((one) => Number(one.slice(-13))));
  const between = revisions.filter(
    (one) => one.stamp > oldest && one.stamp < newest && one.id !== id && !ids.includes(one.id),
  );
  if (between.length > 0)
    throw new RevisionInvalidError(
      `${id}: replaces revisions before and after ${shortList(between.map((one) => one.id))}. Squash revisions that follow each other.`,
    );
}
