import { serverVersion } from './server-databases.js';

/** What PostgreSQL 15 has added; the pages say that it is left out on an older server. */
const SINCE_15 = [/ WITH \(security_invoker = true\)/g, / NULLS NOT DISTINCT/g];

/** Whether the server of this process has no views with `security_invoker`, and no keys with NULLS NOT DISTINCT. */
export async function isBefore15(): Promise<boolean> {
  return (await serverVersion()) < 150_000;
}

/** A statement as a server before PostgreSQL 15 knows it. */
export function before15(sql: string): string {
  return SINCE_15.reduce((text, part) => text.replace(part, ''), sql);
}

/** A statement as the server of this process knows it. */
export async function forServer(sql: string): Promise<string> {
  return (await isBefore15()) ? before15(sql) : sql;
}
