import type { Session } from '../../session.js';
import type { Recorded, ViewsAsked } from '../../view-facts.js';
import { PostgresNames } from '../plan/sql.js';

/** Undefined where TypeORM's table is missing. */
export async function readRecorded(
  session: Session,
  { table, defaultSchema }: Pick<ViewsAsked, 'table' | 'defaultSchema'>,
): Promise<Recorded | undefined> {
  const path = new PostgresNames(defaultSchema).fullPath(table, defaultSchema);
  const [there] = (await session.query('SELECT to_regclass($1) IS NOT NULL AS found', [
    path,
  ])) as unknown as readonly {
    readonly found: boolean;
  }[];
  if (!there?.found) return undefined;
  const rows = (await session.query(
    `SELECT "type", "schema", "table", "name", "value" FROM ${path} WHERE "type" IN ('VIEW', 'MATERIALIZED_VIEW', 'GENERATED_COLUMN')`,
  )) as unknown as readonly RecordedRow[];
  const isComputed = ({ type }: RecordedRow) => type === 'GENERATED_COLUMN';
  const named = (schema: string | null, name: string | null) =>
    schema === null || schema === defaultSchema ? String(name) : `${schema}.${String(name)}`;
  return {
    views: new Map(
      rows
        .filter((row) => !isComputed(row))
        .map(({ schema, name, value }) => [named(schema, name), (value ?? '').trim()]),
    ),
    computed: new Map(
      rows
        .filter(isComputed)
        .map(({ schema, table: of, name, value }) => [`${named(schema, of)}.${String(name)}`, value ?? '']),
    ),
  };
}

type RecordedRow = Readonly<Record<'type' | 'schema' | 'table' | 'name' | 'value', string | null>>;
