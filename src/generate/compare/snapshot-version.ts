/** The version that this package writes. Files from before there were versions have none, and count as this one. */
export const SNAPSHOT_VERSION = 1;
