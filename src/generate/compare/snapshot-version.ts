/** A snapshot as JSON. */
export type SnapshotJson = Readonly<Record<string, unknown>>;

/** Makes a snapshot of one version one of the next. */
type Upgrade = (snapshot: SnapshotJson) => SnapshotJson;

/** What leads from version 1 to 2, from 2 to 3 and so on; a snapshot of any former version can be read. */
const UPGRADES: readonly Upgrade[] = [
  /** Version 2 has the views of entities, as far as there are any. */
  (snapshot) => snapshot,
];

/** The version that this package writes. */
export const SNAPSHOT_VERSION = UPGRADES.length + 1;

/**
 * Brings a snapshot to the version that is written now. Files from before there were versions have none, and count as
 * the first.
 *
 * @returns undefined for a version that is not known
 */
export function upgraded(snapshot: SnapshotJson, upgrades = UPGRADES): SnapshotJson | undefined {
  const { version = 1 } = snapshot;
  const isKnown = Number.isInteger(version) && Number(version) >= 1 && Number(version) <= upgrades.length + 1;
  if (!isKnown) return undefined;
  const latest = upgrades.slice(Number(version) - 1).reduce((former, upgrade) => upgrade(former), snapshot);
  return { ...latest, version: upgrades.length + 1 };
}
