/** What the reading of one or both dialects has to say to the person who generates. */

import { databaseNamed } from '../../databases/registry.js';
import { shellWord } from '../../text/shell.js';
import { kindOf, placeOfPart, type UndeclaredPart } from '../../schema/undeclared.js';
import type { OptionPlace } from '../../schema/undeclared-options.js';
import type { SpecialTable } from '../../schema/special-tables.js';
import { replacedValueWords } from './replaced-values.js';
import type { DialectReading } from './compare-on-scratch.js';

/** What stays as it is, and what a database does not understand; once where both dialects say it. */
export function warningsOf(readings: readonly DialectReading[]): readonly string[] {
  const left = readings.flatMap(({ leftAlone, specials }) =>
    leftAlone.map((table) => leftAloneWords(table, specials)),
  );
  return [
    ...new Set([
      ...left,
      ...readings.flatMap(({ kept }) => kept.map(keptWords)),
      ...readings.flatMap(({ options }) => options.map(optionWords)),
      ...readings.flatMap(refusedWords),
      ...readings.flatMap(replacedValueWords),
    ]),
  ];
}

function leftAloneWords(table: string, specials: readonly SpecialTable[]): string {
  const special = specials.find(({ name }) => name === table);
  if (special)
    return `${table}: no entity declares this ${special.kind}, so it stays unchanged. To drop it, write a revision by hand`;
  return `${table}: no entity declares this table, so it stays unchanged. To drop it, pass --drop ${table}`;
}

function keptWords(part: UndeclaredPart): string {
  const place = placeOfPart(part);
  const what = kindOf(part).replace('-', ' ');
  return `${place}: no entity declares this ${what}, so it stays unchanged. To drop it, pass --drop ${shellWord(place)}`;
}

function optionWords({ table, part, option }: OptionPlace): string {
  const [place, what] = part === null ? [table, 'table'] : [`${table}.${part.name}`, WHAT[part.list]];
  const column = part?.column === undefined ? '' : `${table}.${part.column}`;
  const validating =
    column === '' ? '' : `. To validate it, pass --backfill ${shellWord(`${column}=<expression>`)}`;
  return `${place}: no entity declares ${option}, so the ${what} keeps it${validating}`;
}

const WHAT = {
  indexes: 'index',
  uniques: 'constraint',
  primaryKey: 'key',
  columns: 'constraint',
  checks: 'check',
  foreignKeys: 'foreign key',
} as const;

function refusedWords({ dialect, facts }: DialectReading): readonly string[] {
  const { title } = databaseNamed(dialect);
  return facts.refused.map(
    ({ option, place, reason }) =>
      `${place}: ${title} cannot run the expression of ${option} (${reason}). The ${title} part of the revision converts the values by the rules of ${title} instead`,
  );
}
