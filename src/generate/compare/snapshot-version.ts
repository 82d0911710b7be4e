/** What this package writes. Files from before there were versions have none, and are of this one. */
export const SNAPSHOT_VERSION = 1;
