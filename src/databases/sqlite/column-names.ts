import { allRows, execNative, type NativeConnection } from './native.js';

/** How SQLite names the columns of an answer: without these values `"id"` is not `id`. */
const PLAIN = { short_column_names: 1, full_column_names: 0 } as const;

/** Connections that an application has set otherwise: what sets them back, and how many sessions use them. */
const altered = new WeakMap<object, { readonly former: readonly string[]; sessions: number }>();

/**
 * Has SQLite name columns plainly until `putBackNames`. A connection is that of the whole process, so the application
 * has its own names again when no session is left.
 * https://www.sqlite.org/pragma.html#pragma_short_column_names
 */
export async function namePlainly(connection: unknown): Promise<void> {
  const native = connection as NativeConnection;
  const held = altered.get(native);
  if (held) held.sessions += 1;
  if (held) return;
  const former: string[] = [];
  for (const [name, wanted] of Object.entries(PLAIN)) {
    const [row = {}] = await allRows(native, `PRAGMA ${name}`, []);
    const value = Number(Object.values(row)[0] ?? wanted);
    if (value !== wanted) former.push(`PRAGMA ${name} = ${value}`);
  }
  if (former.length === 0) return;
  altered.set(native, { former, sessions: 1 });
  await execNative(
    native,
    Object.entries(PLAIN).map(([name, wanted]) => `PRAGMA ${name} = ${wanted}`),
  );
}

/** At the end of a session. */
export function putBackNames(connection: unknown): void {
  const native = connection as NativeConnection;
  const held = altered.get(native);
  if (!held) return;
  held.sessions -= 1;
  if (held.sessions > 0) return;
  altered.delete(native);
  void execNative(native, held.former).catch(() => undefined);
}
