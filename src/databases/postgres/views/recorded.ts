import type { Session } from '../../session.js';
import type { ViewsAsked } from '../../view-facts.js';
import { PostgresNames } from '../plan/sql.js';

/** The texts that TypeORM has recorded, by the name of the view in the model; undefined where the table is missing. */
export async function readRecorded(
  session: Session,
  { table, defaultSchema }: Pick<ViewsAsked, 'table' | 'defaultSchema'>,
): Promise<ReadonlyMap<string, string> | undefined> {
  const path = new PostgresNames(defaultSchema).fullPath(table, defaultSchema);
  const [there] = (await session.query('SELECT to_regclass($1) IS NOT NULL AS found', [
    path,
  ])) as unknown as readonly {
    readonly found: boolean;
  }[];
  if (!there?.found) return undefined;
  const rows = (await session.query(
    `SELECT "schema", "name", "value" FROM ${path} WHERE "type" IN ('VIEW', 'MATERIALIZED_VIEW')`,
  )) as unknown as readonly Readonly<Record<'schema' | 'name' | 'value', string | null>>[];
  return new Map(
    rows.map(({ schema, name, value }) => [
      schema === null || schema === defaultSchema ? String(name) : `${schema}.${String(name)}`,
      (value ?? '').trim(),
    ]),
  );
}
