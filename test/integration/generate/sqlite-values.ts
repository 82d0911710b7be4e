/** The results of the backfills, by column, for the row of an id. */
export const BACKFILLED: Readonly<Record<string, (id: number) => unknown>> = {
  a: (id) => id,
  name: (id) => `name ${id}`,
  status: () => 'A',
  rowid: () => 'row',
};
