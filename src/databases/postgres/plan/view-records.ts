/** Keeps the texts that TypeORM records of views, so that its own tools go on working. */

import type { ViewChange } from '../../../schema/change.js';
import type { ViewModel } from '../../../schema/model.js';
import { EQ } from '../../../sql/postgres-operators.js';
import { postgresLiteral } from '../../../sql/quote.js';
import type { Statement } from '../../../sql/statement.js';
import type { ComputedWords } from '../../computed-records.js';
import {
  createRecords,
  forgetText,
  recordText,
  type RecordedText,
  type RecordWords,
} from '../../metadata-rows.js';
import type { PlanReading, StatementGroup } from '../../planning.js';
import type { PostgresNames } from './sql.js';

/** The groups of both directions. The table stays on `down`: TypeORM creates it too, and other rows may be in it. */
export function recordGroups(
  changes: readonly ViewChange[],
  { facts, defaultSchema }: PlanReading,
  names: PostgresNames,
): { readonly up: readonly StatementGroup[]; readonly down: readonly StatementGroup[] } {
  const { records, live } = facts.views;
  const table = names.path(records.table);
  const former = ({ name }: ViewModel) => live.find((one) => one.name === name)?.recorded ?? null;
  const set = (view: ViewModel, text: string | null) => recording(table, { ...view, text }, defaultSchema);
  const due = changes.filter((change) => change.kind !== 'alter-view' || change.aspects.join() !== 'indexes');
  const up = due.flatMap((change) =>
    'desired' in change ? set(change.desired, change.desired.text) : set(change.live, null),
  );
  const down = [...due]
    .reverse()
    .flatMap((change) =>
      'live' in change ? set(change.live, former(change.live)) : set(change.desired, null),
    );
  const reason = 'Records the texts of views for TypeORM';
  const created = records.isThere || up.length === 0 ? [] : [creatingRecords(table)];
  return {
    up: up.length === 0 ? [] : [{ reason, statements: [...created, ...up] }],
    down: down.length === 0 ? [] : [{ reason, statements: down }],
  };
}

/** Creates the table where it is missing. */
export function creatingRecords(table: string): Statement {
  return createRecords(table, 'character varying');
}

/** Replaces what is recorded of a view; null removes it. @param table as SQL */
export function recording(
  table: string,
  { name, materialized, text }: Pick<ViewModel, 'name' | 'materialized'> & { readonly text: string | null },
  defaultSchema: string,
): readonly Statement[] {
  const of = recorded(name, materialized, schemaOf(defaultSchema));
  return [
    forgetText(table, of, WORDS),
    ...(text === null ? [] : [recordText(table, { ...of, text }, WORDS)]),
  ];
}

/** As for the names of tables, none is written for `public`: the search path decides. */
function schemaOf(defaultSchema: string): string {
  return defaultSchema === 'public' ? 'pg_catalog.current_schema()' : literal(defaultSchema);
}

function literal(text: string): string {
  return postgresLiteral(text).trim();
}

/** No operator of another role has a part in it. */
const WORDS: RecordWords = { literal, equals: EQ };

function recorded(name: string, materialized: boolean, schema: string): Omit<RecordedText, 'text'> {
  const dot = name.indexOf('.');
  return dot < 0
    ? { schema, name, materialized }
    : { schema: literal(name.slice(0, dot)), name: name.slice(dot + 1), materialized };
}

/** How the rows of computed columns are written. */
export function computedWords({ facts, defaultSchema }: PlanReading, names: PostgresNames): ComputedWords {
  return {
    ...WORDS,
    path: names.path(facts.views.records.table),
    type: 'character varying',
    database: 'pg_catalog.current_database()',
    place: (table) => {
      const { schema, name } = recorded(table, false, schemaOf(defaultSchema));
      return { schema, table: literal(name) };
    },
  };
}
