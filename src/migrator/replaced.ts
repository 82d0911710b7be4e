/** What a revision replaces: the static list `replaces` of its class. Pure. */

import type { MigrationInterface } from 'typeorm';

/** A replaced revision by its id; one that itself replaced others, with the ids of these. */
export type Replaced = string | { readonly id: string; readonly replaces: readonly Replaced[] };

/** The list of a migration class; empty for one that replaces nothing. */
export function replacesIn(migration: MigrationInterface): readonly Replaced[] {
  const { replaces } = migration.constructor as { readonly replaces?: unknown };
  return Array.isArray(replaces) ? (replaces as readonly Replaced[]) : [];
}

/** Every id in such a list, in its order. */
export function replacedIds(replaces: readonly Replaced[]): readonly string[] {
  return replaces.flatMap((one) =>
    typeof one === 'string' ? [one] : [...replacedIds(one.replaces), one.id],
  );
}

/** Whether all of them are there: one that replaced others also through these. */
export function holdsAll(replaces: readonly Replaced[], has: (id: string) => boolean): boolean {
  return absentIn(replaces, has).length === 0;
}

/** The ids that are not there; of one that replaced others, its own id. */
export function absentIn(replaces: readonly Replaced[], has: (id: string) => boolean): readonly string[] {
  return replaces.flatMap((one) => {
    if (typeof one === 'string') return has(one) ? [] : [one];
    return has(one.id) || holdsAll(one.replaces, has) ? [] : [one.id];
  });
}

/** Revisions without those that another one of them replaces: what runs on an empty database. */
export function withoutReplaced<T extends { readonly id: string; readonly migration: MigrationInterface }>(
  revisions: readonly T[],
): readonly T[] {
  const replaced = new Set(revisions.flatMap(({ migration }) => replacedIds(replacesIn(migration))));
  return revisions.filter(({ id }) => !replaced.has(id));
}

/** The id of each replaced revision, with that of the one in its place. */
export function replacedByIn(
  revisions: readonly { readonly id: string; readonly migration: MigrationInterface }[],
): ReadonlyMap<string, string> {
  return new Map(
    revisions.flatMap(({ id, migration }) =>
      replacedIds(replacesIn(migration)).map((replaced) => [replaced, id] as const),
    ),
  );
}
