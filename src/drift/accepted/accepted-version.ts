/** Version of the format of accepted-drift.json. */
export const ACCEPTED_VERSION = 1;
