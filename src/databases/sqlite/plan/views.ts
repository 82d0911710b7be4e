/** Views around the other changes of a plan. SQLite keeps the text of a view, and no view blocks a change of a table. */

import { isViewChange, type ViewChange } from '../../../schema/change.js';
import { reasonOf } from '../../../schema/describe-change.js';
import { invert } from '../../../schema/invert.js';
import type { ViewModel } from '../../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';
import type { LiveView } from '../../view-facts.js';
import { relationsIn } from '../../../sql/view-text.js';
import { createRecords, forgetText, recordText, type RecordWords } from '../../metadata-rows.js';
import type { DialectGroups, PlanReading, StatementGroup } from '../../planning.js';

/** The statements of a plan with those of the views: dropped before everything else, created behind it. */
export function withSqliteViews(groups: DialectGroups, reading: PlanReading): DialectGroups {
  const changes = inOrderOf(reading.changes.filter(isViewChange), reading.to.views ?? []);
  if (changes.length === 0) return groups;
  const { records } = reading.facts.views;
  const table = quoteIdentifier(records.table);
  const created = records.isThere ? [] : [creatingRecords(table)];
  const back = invert(changes).filter(isViewChange);
  const readers = groups.up.length + groups.down.length === 0 ? [] : readersOf(changes, reading);
  return {
    up: [
      ...dropsAround(readers),
      ...drops(changes.toReversed()),
      ...groups.up,
      ...creates(changes, reading),
      ...createsAround(readers),
      ...recorded([...created, ...changes.flatMap((change) => upRecord(table, change))]),
    ],
    down: [
      ...recorded(back.flatMap((change) => downRecord(table, change, reading))),
      ...dropsAround(readers),
      ...drops(back),
      ...groups.down,
      ...creates(back.toReversed(), reading),
      ...createsAround(readers),
    ],
  };
}

/**
 * Views that read one that is dropped meanwhile. SQLite refuses to drop or rename a column while the text of any view
 * is wrong: https://www.sqlite.org/lang_altertable.html
 */
function readersOf(changes: readonly ViewChange[], { facts }: PlanReading): readonly LiveView[] {
  const dropped = new Set(changes.filter(isRemade).map(({ object }) => object.toLowerCase()));
  const own = new Set(changes.map(({ object }) => object));
  const left = facts.views.live.filter(({ name }) => !own.has(name));
  const found: LiveView[] = [];
  const next = () => left.find((one) => !found.includes(one) && isReading(one, dropped));
  for (let reader = next(); reader; reader = next()) {
    found.push(reader);
    dropped.add(reader.name.toLowerCase());
  }
  return found;
}

function isReading({ definition }: LiveView, names: ReadonlySet<string>): boolean {
  return [...relationsIn(definition, 'sqlite')].some((name) => names.has(name));
}

function dropsAround(views: readonly LiveView[]): readonly StatementGroup[] {
  return views.toReversed().map(({ name }) => ({
    reason: `${name}: view that reads a changed one, dropped for now`,
    statements: [statement(`DROP VIEW ${quoteIdentifier(name)}`)],
  }));
}

function createsAround(views: readonly LiveView[]): readonly StatementGroup[] {
  return views.map(({ name, definition, attached }) => ({
    reason: `${name}: view that reads a changed one, created again`,
    statements: [`CREATE VIEW ${quoteIdentifier(name)} AS ${definition}`, ...attached].map((sql) =>
      statement(sql),
    ),
  }));
}

/** Changes in the order in which the views are created; those that are dropped first. */
function inOrderOf(changes: readonly ViewChange[], views: readonly ViewModel[]): readonly ViewChange[] {
  const place = ({ object }: ViewChange) => views.findIndex(({ name }) => name === object);
  return [...changes].sort((one, other) => place(one) - place(other));
}

function recorded(statements: readonly Statement[]): readonly StatementGroup[] {
  return statements.length === 0 ? [] : [{ reason: 'Records the texts of views for TypeORM', statements }];
}

/** Whether the view itself is made again, and not only what TypeORM records of it. */
function isRemade(change: ViewChange): boolean {
  return change.kind !== 'alter-view' || change.aspects.includes('text');
}

function drops(changes: readonly ViewChange[]): readonly StatementGroup[] {
  return changes
    .filter((change) => isRemade(change) && 'live' in change)
    .map((change) => ({
      reason: reasonOf([change]),
      statements: [statement(`DROP VIEW ${quoteIdentifier(change.object)}`)],
    }));
}

/** A trigger of a view is dropped with it, and made again where the view is. */
function creates(changes: readonly ViewChange[], { facts, to }: PlanReading): readonly StatementGroup[] {
  return changes.flatMap((change) => {
    if (!isRemade(change) || !('desired' in change)) return [];
    const { name, text } = change.desired;
    const live = facts.views.live.find((one) => one.name === name);
    const isFormer =
      live !== undefined && !to.views?.some((view) => view.name === name && view.text === text);
    const query = isFormer ? live.definition : text;
    return [
      {
        reason: reasonOf([change]),
        statements: [`CREATE VIEW ${quoteIdentifier(name)} AS ${query}`, ...(live?.attached ?? [])].map(
          (sql) => statement(sql),
        ),
      },
    ];
  });
}

function upRecord(table: string, change: ViewChange): readonly Statement[] {
  return recording(table, change.object, 'desired' in change ? change.desired.text : null);
}

function downRecord(table: string, { object }: ViewChange, { facts }: PlanReading): readonly Statement[] {
  return recording(table, object, facts.views.live.find(({ name }) => name === object)?.recorded ?? null);
}

const WORDS: RecordWords = { literal: quoteLiteral, equals: '=' };

/** Creates the table where it is missing. */
export function creatingRecords(table: string): Statement {
  return createRecords(table, 'varchar');
}

/** Replaces what is recorded of a view; null removes it. @param table as SQL */
export function recording(table: string, name: string, text: string | null): readonly Statement[] {
  const of = { schema: null, name, materialized: false };
  return [
    forgetText(table, of, WORDS),
    ...(text === null ? [] : [recordText(table, { ...of, text }, WORDS)]),
  ];
}
