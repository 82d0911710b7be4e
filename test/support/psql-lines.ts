import { loadModule, parseSync } from 'libpg-query';
import type pg from 'pg';

/**
 * Runs a script of psql's, as far as scripts of this package need it: `\gset` keeps the values of the last query as
 * variables, `\gexec` runs its values, and other lines with a backslash in front do nothing. Each statement is a
 * message of its own, as psql sends it, so that only BEGIN makes a transaction of several.
 */
export async function runPsqlLines(client: pg.Client, lines: readonly string[]): Promise<void> {
  const variables = new Map<string, string>();
  let waiting: string[] = [];
  for (const line of lines.flatMap((one) => one.split('\n'))) {
    if (line.startsWith('\\')) continue;
    const [, sql = line, command, prefix = ''] = /^(.*) \\(gset|gexec) ?(\w*)$/.exec(line) ?? [];
    waiting.push(sql);
    if (command === undefined) continue;
    const rows = await lastRows(client, interpolated(waiting.join('\n'), variables));
    waiting = [];
    if (command === 'gexec')
      for (const row of rows) for (const value of Object.values(row)) await client.query(value);
    else for (const [name, value] of Object.entries(rows[0] ?? {})) variables.set(`${prefix}${name}`, value);
  }
  await lastRows(client, waiting.join('\n'));
}

async function lastRows(
  client: pg.Client,
  sql: string,
): Promise<readonly Readonly<Record<string, string>>[]> {
  let rows: readonly Readonly<Record<string, string>>[] = [];
  for (const statement of await statementsIn(sql))
    rows = (await client.query<Record<string, string>>(statement)).rows;
  return rows;
}

/** Places in what the parser gives are counted in bytes. */
async function statementsIn(sql: string): Promise<readonly string[]> {
  await loadModule();
  const bytes = Buffer.from(sql);
  return (parseSync(sql).stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length = 0 }) =>
    bytes.subarray(start, length === 0 ? undefined : start + length).toString(),
  );
}

function interpolated(sql: string, variables: ReadonlyMap<string, string>): string {
  return sql.replace(/:'(\w+)'/g, (whole, name: string) => {
    const value = variables.get(name);
    return value === undefined ? whole : `'${value.replaceAll("'", "''")}'`;
  });
}
