/** What the reading of one or both dialects has to say to the person who generates. */

import { databaseNamed } from '../../databases/registry.js';
import { kindOf, placeOfPart, type UndeclaredPart } from '../../schema/undeclared.js';
import type { OptionPlace } from '../../schema/undeclared-options.js';
import type { SpecialTable } from '../../schema/special-tables.js';
import { oneLine } from '../../text/one-line.js';
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
      ...readings.flatMap(missingViews),
      ...readings.flatMap(unknownViews),
      ...readings.flatMap(refusedWords),
    ]),
  ];
}

/** The views of the entities that are missing at head or have another text there. */
export function missingViews({ views }: DialectReading): readonly string[] {
  return views.changes.map(({ kind, object }) => {
    const what = kind === 'add-view' ? 'the view is missing' : 'the view has another text in the entities';
    return `${object}: ${what}. generate leaves views out: write a revision for it by hand`;
  });
}

function unknownViews({ views }: DialectReading): readonly string[] {
  return views.uncomparable.map(({ object, reason }) =>
    oneLine(`${object}: generate leaves views out, and this one cannot be compared: ${reason}`),
  );
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
  return `${place}: no entity declares this ${what}, so it stays unchanged. To drop it, pass --drop ${place}`;
}

function optionWords({ table, part, option }: OptionPlace): string {
  const [place, what] = part === null ? [table, 'table'] : [`${table}.${part.name}`, WHAT[part.list]];
  return `${place}: no entity declares ${option}, so the ${what} keeps it`;
}

const WHAT = { indexes: 'index', uniques: 'constraint' } as const;

function refusedWords({ dialect, facts }: DialectReading): readonly string[] {
  const { title } = databaseNamed(dialect);
  return facts.refused.map(
    ({ option, place, reason }) =>
      `${place}: ${title} cannot run the expression of ${option} (${reason}). The ${title} part of the revision converts the values by the rules of ${title} instead`,
  );
}
