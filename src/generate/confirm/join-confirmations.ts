import { shellUnquoted } from '../../text/shell.js';
import type { ConfirmationOptions } from './confirmations.js';

/** The options of the command line that confirm a change. */
export type ConfirmingOption =
  'rename' | 'rename-table' | 'drop' | 'backfill' | 'time-zone' | 'using' | 'using-down';

const LISTS: Readonly<Record<ConfirmingOption, Exclude<keyof ConfirmationOptions, 'allowRewrite'>>> = {
  rename: 'renames',
  'rename-table': 'renamedTables',
  drop: 'drops',
  backfill: 'backfills',
  'time-zone': 'timeZones',
  using: 'usings',
  'using-down': 'usingsDown',
};

/** The confirmations with one more, as a user would give it with an option. */
export function withOption(
  words: ConfirmationOptions,
  option: ConfirmingOption,
  value: string,
): ConfirmationOptions {
  const list = LISTS[option];
  return words[list].includes(value) ? words : { ...words, [list]: [...words[list], value] };
}

/** The confirmations of both; one that both contain counts once. */
export function joinedConfirmations(
  words: ConfirmationOptions,
  more: ConfirmationOptions,
): ConfirmationOptions {
  const options = Object.keys(LISTS) as readonly ConfirmingOption[];
  const given = options.flatMap((option) => more[LISTS[option]].map((value) => [option, value] as const));
  const lists = given.reduce((joined, [option, value]) => withOption(joined, option, value), words);
  return { ...lists, allowRewrite: joinedRewrites(words.allowRewrite, more.allowRewrite) };
}

type Rewrites = ConfirmationOptions['allowRewrite'];

function joinedRewrites(one: Rewrites, other: Rewrites): Rewrites {
  if (one === true || other === true) return true;
  const places = [one, other].flatMap((places) => (places === false ? [] : places));
  return places.length === 0 ? false : places;
}

/** Whether an existing table may be rewritten for a change of that place, a table, a type or `table.column`. */
export function allowsRewrite(
  { allowRewrite }: Pick<ConfirmationOptions, 'allowRewrite'>,
  place: string,
): boolean {
  return typeof allowRewrite === 'boolean' ? allowRewrite : allowRewrite.includes(place);
}

/** An option as a remedy prints it: `--backfill "jobs.rank=0"`. */
export function remedyIn(remedy: string): {
  readonly option: ConfirmingOption | 'allow-rewrite';
  readonly value: string;
} {
  const [, option = '', word = ''] = /^--(\S+) ?([\s\S]*)$/.exec(remedy) ?? [];
  return {
    option: option in LISTS ? (option as ConfirmingOption) : 'allow-rewrite',
    value: shellUnquoted(word),
  };
}
