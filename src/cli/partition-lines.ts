/** Partitions of tables, for people. */

import type { KeepReport } from '../partitions/keep-partitions.js';
import { ROWS_COUNTED, type TablePartitions, type TimePartitions } from '../partitions/read-partitions.js';
import { visible } from '../text/visible.js';
import { paint, type Io } from './io.js';
import { documentLines, line, type Text } from './line.js';
import { counted } from '../text/counted.js';

const HEADING = ['table', 'partitioned by', 'partitions', 'from', 'to', 'ahead', 'in default'];

/** A table with a heading, and below it what there is to do. */
export function partitionLines(tables: readonly TablePartitions[], io: Io): readonly Text[] {
  if (tables.length === 0) return ['no table of the entities is partitioned in this database'];
  const cells = [HEADING, ...tables.map(cellsOf)];
  const widths = HEADING.map((_word, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return [
    ...cells.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...tables.flatMap((table) => notesOf(table, io)),
  ];
}

function cellsOf(table: TablePartitions): readonly string[] {
  const { strategy, key, partitions, time, defaultRows } = table;
  const every = time ? `, ${time.every}` : '';
  return [
    visible(table.table),
    visible(`${strategy} (${key.join(', ')})${every}`),
    String(partitions),
    dayOf(time?.first, time && partitions > 0 ? 'the beginning' : '-'),
    dayOf(time?.last, time && partitions > 0 ? 'the end' : '-'),
    time ? `${time.ahead} of ${time.wanted}` : '-',
    rowWords(defaultRows),
  ];
}

function dayOf(instant: string | null | undefined, none: string): string {
  return instant ? instant.replace(/T00:00:00\.000Z$/, '').replace(/\.000Z$/, 'Z') : none;
}

function rowWords(rows: number | null): string {
  if (rows === null) return '-';
  return rows > ROWS_COUNTED ? `over ${ROWS_COUNTED}` : String(rows);
}

function notesOf({ table, time, leftTo, problem, defaultRows }: TablePartitions, io: Io): readonly Text[] {
  if (leftTo !== undefined)
    return [line`${table}: ${leftTo} keeps its partitions, so this command leaves it alone`];
  const problems = problem === undefined ? [] : [paint(io, 'bad', io.asTyped(problem))];
  if (!time) return problems;
  return [
    ...warningOf(table, { ...time, hasDefault: defaultRows !== null }, io),
    ...problems,
    ...(time.missing.length > 0 ? [`${table}: partitions keep would make ${time.missing.join(', ')}`] : []),
    ...(time.old.length > 0
      ? [`${table}: partitions keep would drop ${time.old.join(', ')}, older than ${time.keep ?? ''}`]
      : []),
  ];
}

function warningOf(
  table: string,
  { ahead, until, wanted, hasDefault }: TimePartitions & { readonly hasDefault: boolean },
  io: Io,
): readonly Text[] {
  if (ahead > 0 || wanted === 0 || until === null) return [];
  const what = hasDefault ? 'rows go to the default partition' : 'rows have none';
  return [paint(io, 'bad', `${table}: no partition is ahead; from ${dayOf(until, '')} on, ${what}`)];
}

/** What was done, one line each. */
export function keepLines(report: KeepReport, io: Io): readonly Text[] {
  const expired = report.expired.map(
    ({ table, rows }) =>
      line`${paint(io, 'good', 'deleted')} ${counted(rows, 'row')} of ${table} that expired`,
  );
  if (report.status === 'busy')
    return [
      `Another process keeps the partitions: ${report.holder ?? 'unknown'} They were left to it.`,
      ...expired,
    ];
  const lines = [
    ...report.tables.flatMap((table): readonly Text[] => [
      ...(table.leftTo === undefined ? [] : [`left to ${table.leftTo}: ${table.table}`]),
      ...(report.status === 'planned'
        ? (table.statements ?? []).map((sql) => documentLines(`${sql};`))
        : [
            ...(table.moved > 0
              ? [line`${paint(io, 'good', 'moved')} ${counted(table.moved, 'row')} of ${table.table}`]
              : []),
            ...doneLines('made', table.made, io),
            ...doneLines('dropped', table.dropped, io),
            ...doneLines('detached', table.detached, io),
          ]),
      ...table.refused.map(({ message }) => line`${paint(io, 'bad', 'refused')} ${io.asTyped(message)}`),
    ]),
    ...expired,
  ];
  return lines.length > 0 ? lines : ['nothing to do'];
}

function doneLines(word: string, names: readonly string[], io: Io): readonly Text[] {
  return names.map((name) => line`${paint(io, 'good', word)} ${name}`);
}
