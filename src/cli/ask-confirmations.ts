/** Asks a person to confirm changes; generate then starts again with the answers. */

import {
  placeOf,
  rowsWords,
  type UnconfirmedChange,
  type UnconfirmedChangesError,
} from '../errors/generate.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../generate/confirm/confirmations.js';
import { remedyIn, withOption } from '../generate/confirm/join-confirmations.js';
import type { Io } from './io.js';
import { shellQuoted } from '../text/shell.js';
import { joinedLines, type Line, type Text } from './line.js';

/**
 * Asks a person at a terminal about each unconfirmed change. A change that an earlier answer settles is skipped: a
 * renamed column is neither dropped nor new.
 *
 * @returns the answers; undefined without a terminal, or where the person chooses none of the options
 */
export async function askConfirmations(
  { changes }: UnconfirmedChangesError,
  io: Io,
): Promise<ConfirmationOptions | undefined> {
  const { ask, choose } = io;
  if (!ask) return undefined;
  let words = NO_CONFIRMATIONS;
  for (const change of changes) {
    if (isSettled(change, words)) continue;
    const remedy = await chosen(change, { ask, choose });
    if (remedy === undefined) return undefined;
    words = withRemedy(words, remedy);
  }
  return words;
}

type Ask = NonNullable<Io['ask']>;

/** How a person is asked: by arrow keys where the terminal can, else for a number. */
interface Asking {
  readonly ask: Ask;
  readonly choose: Io['choose'];
}

function isSettled(
  change: UnconfirmedChange,
  { renames, renamedTables, allowRewrite }: ConfirmationOptions,
): boolean {
  const [table, place] = [change.table, placeOf(change)];
  const sides = renames.flatMap((words) => {
    const [old = '', name = ''] = words.split(':');
    return [old, `${table}.${name}`];
  });
  const tables = renamedTables.flatMap((words) => words.split(':'));
  const isRewrite = change.kind === 'rewrite' && allowRewrite === true;
  return isRewrite || tables.includes(table) || (change.kind !== 'rewrite' && sides.includes(place));
}

/** Offers only remedies that are options of the command line; the person edits an entity by hand. */
async function chosen(change: UnconfirmedChange, { ask, choose }: Asking): Promise<string | undefined> {
  const options = change.remedies.filter((remedy) => remedy.startsWith('--'));
  const answer = choose
    ? await selected(change, options, choose)
    : await choice(numbered(change, options), options, ask);
  const blank = answer === undefined ? undefined : BLANKS.find(({ text }) => answer.includes(text));
  if (answer === undefined || blank === undefined) return answer;
  const value = (await ask(blank.question)).trim();
  const [option = ''] = answer.split(' ');
  return value === '' ? undefined : `${option} ${shellQuoted(`${placeOf(change)}=${value}`)}`;
}

/** Placeholders in an answer, and the question for each. */
const BLANKS = [
  { text: '<expression>', question: "SQL expression for these rows (text in quotes: 'eu'): " },
  { text: '<time zone>', question: 'Time zone of these values, Europe/Berlin for example: ' },
] as const;

/** What is at stake, and the change of the entity that needs no answer. */
function problemOf(change: UnconfirmedChange, options: readonly string[]): readonly Text[] {
  const rows = change.rows === undefined ? '' : `; ${rowsWords(change.kind, change.rows)}`;
  const byHand = change.remedies.filter((remedy) => !options.includes(remedy));
  return [
    `${placeOf(change)}: ${change.problem}${rows}`,
    ...(byHand.length === 0 ? [] : [`  or stop, and declare ${byHand.join(' or ')}`]),
  ];
}

async function selected(
  change: UnconfirmedChange,
  options: readonly string[],
  choose: NonNullable<Io['choose']>,
): Promise<string | undefined> {
  const place = await choose(joinedLines(problemOf(change, options)), [...options, 'stop']);
  return place === undefined ? undefined : options[place];
}

function numbered(change: UnconfirmedChange, options: readonly string[]): Line {
  const [problem = '', ...byHand] = problemOf(change, options);
  return joinedLines([
    problem,
    ...options.map((option, index) => `  ${index + 1}  ${option}`),
    ...byHand,
    'Which one (press Enter alone to stop)? ',
  ]);
}

/** Asks until the answer is one of the options, or empty. */
async function choice(question: Text, options: readonly string[], ask: Ask): Promise<string | undefined> {
  for (
    let words: Text = question;
    ;
    words = `Type ${options.length === 1 ? '1' : `a number from 1 to ${options.length}`} and press Enter, or press Enter alone to stop: `
  ) {
    const answer = (await ask(words)).trim();
    if (answer === '') return undefined;
    const option = /^\d+$/.test(answer) ? options[Number(answer) - 1] : undefined;
    if (option !== undefined) return option;
  }
}

function withRemedy(words: ConfirmationOptions, remedy: string): ConfirmationOptions {
  const { option, value } = remedyIn(remedy);
  return option === 'allow-rewrite' ? { ...words, allowRewrite: true } : withOption(words, option, value);
}
