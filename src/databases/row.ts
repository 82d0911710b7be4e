/** A row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;
