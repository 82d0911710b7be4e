/** The questions of generate as a file that a person answers, and the answers as confirmations. */

import { type UsageError } from '../../errors/base.js';
import {
  AnswersInvalidError,
  placeOf,
  UnconfirmedChangesError,
  type UnconfirmedChange,
} from '../../errors/generate.js';
import { ANSWERS_VERSION, type Answer, type Answers, type Question } from './answers-schema.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from './confirmations.js';
import { joinedConfirmations, remedyIn, withOption, type ConfirmingOption } from './join-confirmations.js';
import { entryOf, keyOf } from './parse-answers.js';

/** A file without questions. */
export const NO_ANSWERS: Answers = { version: ANSWERS_VERSION, questions: [] };

/** The answers, and the path of their file. */
interface AnswersFile {
  readonly file: string;
  readonly answers: Answers;
}

/**
 * The answers as the options of the command line. An open question gives none.
 *
 * @throws AnswersInvalidError for an answer to another question, or one whose blank is not filled in
 */
export function confirmationsIn({ file, answers: { questions } }: AnswersFile): ConfirmationOptions {
  return questions.reduce((words, question, index) => {
    const problem = problemOf(question);
    if (problem !== undefined) throw new AnswersInvalidError(file, entryOf(questions, index), problem);
    return joinedConfirmations(words, wordsOf(question));
  }, NO_CONFIRMATIONS);
}

/** The option and the value of an answer; `true` where it has no value. */
function partsOf(answer: Answer): readonly [option: string, value: string | true] {
  return Object.entries(answer)[0] ?? ['', true];
}

const BLANK = /^<(?:expression|time zone)>$/;

function problemOf(question: Question): string | undefined {
  if (question.answer === null) return undefined;
  const [option, value] = partsOf(question.answer);
  const offered = question.choices.map((choice) => partsOf(choice)[0]);
  if (!offered.includes(option)) return `"${option}" is no choice of this question; ${listed(offered)}.`;
  if (typeof value === 'string' && BLANK.test(value.trim())) return `replace ${value.trim()} by a value.`;
  return isRenameOf(question, option, value)
    ? undefined
    : `"${option}": ${String(value)} names another object.`;
}

function listed(offered: readonly string[]): string {
  const names = [...new Set(offered)].map((one) => `"${one}"`);
  return names.length === 0 ? 'it has no choices' : `its choices are ${names.join(', ')}`;
}

/** A rename concerns the object of its question, under the old name or the new one; other answers always do. */
function isRenameOf(
  question: Pick<Question, 'table' | 'column'>,
  option: string,
  value: string | true,
): boolean {
  if (!option.startsWith('rename') || value === true) return true;
  const [, from = '', to = ''] = /^(.+):([^:]+)$/.exec(value) ?? [];
  const sides = option === 'rename' ? [from, `${question.table}.${to}`] : [from, to];
  return sides.includes(placeOf(question));
}

function wordsOf(question: Question): ConfirmationOptions {
  if (question.answer === null) return NO_CONFIRMATIONS;
  const [option, value] = partsOf(question.answer);
  const place = placeOf(question);
  if (option === 'allow-rewrite') return { ...NO_CONFIRMATIONS, allowRewrite: [place] };
  return withOption(NO_CONFIRMATIONS, option as ConfirmingOption, valueFor(place, option, value));
}

function valueFor(place: string, option: string, value: string | true): string {
  if (value === true) return place;
  return option.startsWith('rename') ? value : `${place}=${value}`;
}

/**
 * Makes sure that every answer belongs to a question that generate asks. A rename settles its question, and the
 * generator has checked it.
 *
 * @throws AnswersInvalidError
 */
export function assertAsked(
  { file, answers: { questions } }: AnswersFile,
  asked: readonly UnconfirmedChange[],
): void {
  const keys = new Set(asked.map(keyOf));
  const stale = questions.findIndex(
    (one) => one.answer !== null && !partsOf(one.answer)[0].startsWith('rename') && !keys.has(keyOf(one)),
  );
  if (stale >= 0) throw new AnswersInvalidError(file, entryOf(questions, stale), STALE);
}

const STALE =
  'generate does not ask this question: the entities have changed since, a rename settles it, or the revision exists already. Remove this entry, or delete the file.';

/** The error, naming the entry, where the generator refuses an option that is an answer of the file. */
export function asEntry(error: UsageError, { file, answers: { questions } }: AnswersFile): Error {
  const message = error.message.replace(/^(--\S+) "/, '$1 ');
  const index = questions.findIndex((question) => {
    if (question.answer === null) return false;
    const [option, value] = partsOf(question.answer);
    return message.startsWith(`--${option} ${valueFor(placeOf(question), option, value)}`);
  });
  return index < 0 ? error : new AnswersInvalidError(file, entryOf(questions, index), error.message);
}

/** The file with the open questions. Answers stay; an open question that is no longer asked goes. */
export function withOpen(answers: Answers, open: readonly UnconfirmedChange[]): Answers {
  const before = new Map(answers.questions.map((one) => [keyOf(one), one]));
  const now = new Map(open.map((one) => [keyOf(one), one]));
  const kept = answers.questions.flatMap((one) => {
    const again = now.get(keyOf(one));
    if (again) return [{ ...questionOf(again), answer: one.answer }];
    return one.answer === null ? [] : [one];
  });
  const added = open.filter((one) => !before.has(keyOf(one))).map(questionOf);
  return { ...answers, questions: [...kept, ...added] };
}

function questionOf({ kind, table, column, problem, rows, remedies }: UnconfirmedChange): Question {
  const options = remedies.filter((remedy) => remedy.startsWith('--'));
  const instead = remedies.filter((remedy) => !options.includes(remedy));
  const place = placeOf({ table, column });
  return {
    ...{ kind, table, column, problem },
    ...(rows === undefined ? {} : { rows }),
    choices: options.map((remedy) => choiceOf(remedy, place)),
    ...(instead.length === 0 ? {} : { instead }),
    answer: null,
  };
}

function choiceOf(remedy: string, place: string): Answer {
  const { option, value } = remedyIn(remedy);
  if (option === 'drop' || option === 'allow-rewrite') return { [option]: true };
  return { [option]: option.startsWith('rename') ? value : value.slice(place.length + 1) };
}

/** The refusal, with what became of the file. */
export function refusalWith(
  { changes, asked }: UnconfirmedChangesError,
  file: string,
  { before, after }: { readonly before: Answers | undefined; readonly after: Answers },
): UnconfirmedChangesError {
  const isMore = after.questions.length > (before?.questions.length ?? 0);
  const outcome = before === undefined ? 'written' : isMore ? 'extended' : 'unanswered';
  return new UnconfirmedChangesError(changes, { asked, answers: { file, outcome } });
}
