/** Restates a live PostgreSQL database: tables by the planner, all else by the definitions of the server. */

import type { SchemaModel } from '../../../schema/model.js';
import { diff } from '../../../schema/diff.js';
import { normalise } from '../../../schema/normalise.js';
import type { Statement } from '../../../sql/statement.js';
import { NO_CONFIRMED_VALUES, type StatementGroup } from '../../planning.js';
import { NO_VIEWS } from '../../view-facts.js';
import type { Restated, RestatedObject, Restatement } from '../../restated.js';
import type { Session } from '../../session.js';
import { readingPlainly } from '../plain-reading.js';
import { introspectPostgres } from '../introspect/introspect.js';
import { renderPostgres } from '../plan/render.js';
import { creating, owning, readOwned, withOwned } from './owned-sequences.js';
import { recordedTexts } from './view-texts.js';
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
      ...(await recordedTexts(session, given)),
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
  const steps = (direction: 'up' | 'down') => parts.flatMap((part) => part[direction]).flatMap(stepsOf);
  return [
    ...steps('up').map(({ what, statements: up }) => ({ what, up, down: [] })),
    ...steps('down')
      .reverse()
      .map(({ what, statements: down }) => ({ what, up: [], down })),
  ];
}

/** A group of statements; a lock on all tables apart from it, since it only works before the first of them is gone. */
function stepsOf({ reason, statements }: StatementGroup): readonly Step[] {
  const stepOf = (what: string, own: readonly Statement[]) =>
    own.length === 0 ? [] : [{ what, statements: own.map(({ sql }) => sql) }];
  const isOfAll = ({ locks }: Statement) =>
    locks.length > 1 && locks.every(({ mode }) => mode === 'SHARE UPDATE EXCLUSIVE');
  return [
    ...stepOf('all tables: no vacuum', statements.filter(isOfAll)),
    ...stepOf(
      reason,
      statements.filter((one) => !isOfAll(one)),
    ),
  ];
}

interface Step {
  readonly what: string;
  readonly statements: readonly string[];
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
  ...{ timeZones: new Map<string, string>(), refused: [], sequences: [], views: NO_VIEWS, installed: [] },
};
