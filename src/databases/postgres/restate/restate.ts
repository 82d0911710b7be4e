/** Restates a live PostgreSQL database: tables by the planner, all else by the definitions of the server. */

import type { SchemaModel } from '../../../schema/model.js';
import { diff } from '../../../schema/diff.js';
import { normalise } from '../../../schema/normalise.js';
import { NO_CONFIRMED_VALUES } from '../../planning.js';
import { NO_VIEWS } from '../../view-facts.js';
import type { Restated, RestatedObject, Restatement } from '../../restated.js';
import type { Session } from '../../session.js';
import { readingPlainly } from '../plain-reading.js';
import { introspectPostgres } from '../introspect/introspect.js';
import { renderPostgres } from '../plan/render.js';
import { creating, owning, readOwned, withOwned } from './owned-sequences.js';
import { AFTER_TABLES, BEFORE_TABLES, SCHEMAS, UNKNOWN } from './queries.js';

interface SchemaRow {
  readonly name: string;
}

interface DefinitionRow {
  readonly what: string;
  readonly up: string;
  readonly down: string | null;
}

/** Reads in transactions that it ends. */
export async function restatePostgres(session: Session, given: Restated): Promise<Restatement> {
  const schemas = (await readingPlainly(session, () =>
    session.query(SCHEMAS, [given.defaultSchema]),
  )) as unknown as readonly SchemaRow[];
  const { schema } = await introspectPostgres(
    given.readAll,
    schemas.map(({ name }) => name),
  );
  return readingPlainly(session, () => restated(session, schema, given));
}

async function restated(session: Session, schema: SchemaModel, given: Restated): Promise<Restatement> {
  const before = await definitions(session, BEFORE_TABLES);
  const owned = await readOwned(session, given);
  const after = await definitions(session, AFTER_TABLES);
  const unknown = (await session.query(UNKNOWN)) as unknown as readonly Pick<DefinitionRow, 'what'>[];
  return {
    // A function may read a table that is created behind it.
    settings: ['SET LOCAL check_function_bodies = off'],
    objects: [
      ...before,
      ...owned.map(creating),
      ...tablesOf(withOwned(schema, owned), given),
      ...owned.map(owning),
      ...after,
    ],
    unknown: unknown.map(({ what }) => what),
  };
}

async function definitions(session: Session, queries: readonly string[]): Promise<readonly RestatedObject[]> {
  const found: RestatedObject[] = [];
  for (const sql of queries) {
    const rows = (await session.query(`${sql} ORDER BY 1`)) as unknown as readonly DefinitionRow[];
    found.push(
      ...rows.map(({ what, up, down }) => ({
        ...{ what, up: [up.trim().replace(/;$/, '')] },
        down: down === null ? [] : [down],
      })),
    );
  }
  return found;
}

/** The tables and the enumerated types, from nothing. */
function tablesOf(schema: SchemaModel, { without, defaultSchema }: Restated): readonly RestatedObject[] {
  const empty: SchemaModel = { dialect: schema.dialect, tables: [], enums: [] };
  const to = { ...schema, tables: schema.tables.filter(({ name }) => !without.includes(name)) };
  const parts = renderPostgres(
    {
      ...{ head: empty, from: empty, to, changes: diff(empty, normalise(to)) },
      ...{ renames: [], defaultSchema, ownIndexes: [], facts: NO_FACTS },
    },
    NO_CONFIRMED_VALUES,
  );
  const statements = (direction: 'up' | 'down') =>
    parts
      .flatMap((part) => part[direction])
      .map((group) => ({
        what: group.reason,
        statements: group.statements.map(({ sql }) => sql),
      }));
  return [
    ...statements('up').map(({ what, statements: up }) => ({ what, up, down: [] })),
    ...statements('down')
      .reverse()
      .map(({ what, statements: down }) => ({ what, up: [], down })),
  ];
}

const NO_FACTS = {
  ...{
    volatileFunctions: new Set<string>(),
    dependents: [],
    attached: [],
    properties: [],
    types: [],
    conversions: [],
  },
  ...{ timeZones: new Map<string, string>(), refused: [], sequences: [], views: NO_VIEWS },
};
