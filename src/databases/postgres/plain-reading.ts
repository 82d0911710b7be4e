/** What begins and ends the transaction: a session of either kind. */
interface Transacting {
  begin(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
  rollback(): Promise<unknown>;
}

/**
 * Reads in a transaction that cannot write and that finds by name what is in pg_catalog alone: neither a function nor an
 * operator of another role has a part in it, and definitions carry the schema of each name. It ends the transaction.
 */
export async function readingPlainly<T>(session: Transacting, read: () => Promise<T>): Promise<T> {
  await session.begin();
  try {
    await session.query('SET TRANSACTION READ ONLY');
    await session.query("SET LOCAL search_path = ''");
    return await read();
  } finally {
    await session.rollback();
  }
}
