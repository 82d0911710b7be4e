import * as v from 'valibot';
import { messageOf } from '../../errors/base.js';
import { AnswersInvalidError, placeOf } from '../../errors/generate.js';
import { issuePlace, issueWords } from '../../json-problems.js';
import { answersSchema, type Answers, type Question } from './answers-schema.js';

/**
 * Reads the text of the file of `--answers`.
 *
 * @throws AnswersInvalidError naming the entry
 */
export function parseAnswers(text: string, file: string): Answers {
  const value = jsonIn(text, file);
  const result = v.safeParse(answersSchema, value);
  if (!result.success) throw invalid(file, value, result.issues[0]);
  const answers = result.output;
  const keys = answers.questions.map(keyOf);
  const again = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (again >= 0)
    throw new AnswersInvalidError(
      file,
      entryOf(answers.questions, again),
      `this question is already questions[${keys.indexOf(keys[again] ?? '')}]. Remove one of them.`,
    );
  return answers;
}

/** Distinguishes the questions. */
export function keyOf({ kind, table, column }: Pick<Question, 'kind' | 'table' | 'column'>): string {
  return JSON.stringify([kind, table, column]);
}

/** `questions[2] (jobs.note)` */
export function entryOf(questions: readonly Pick<Question, 'table' | 'column'>[], index: number): string {
  const question = questions[index];
  return `questions[${index}]${question ? ` (${placeOf(question)})` : ''}`;
}

/** Some editors begin a file with a byte order mark. */
function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new AnswersInvalidError(
      file,
      null,
      `it is not JSON: ${messageOf(error)}. Correct it, or delete the file: the command writes its questions again.`,
    );
  }
}

type Issue = v.InferIssue<typeof answersSchema>;

function invalid(file: string, value: unknown, issue: Issue): AnswersInvalidError {
  const [first, second, ...rest] = issue.path ?? [];
  const index = Number(second?.key);
  if (first?.key !== 'questions' || !Number.isInteger(index))
    return new AnswersInvalidError(file, null, `${wordsOf(issue, issue.path ?? [])}.`);
  const { questions } = value as { readonly questions: readonly unknown[] };
  const { table, column } = (questions[index] ?? {}) as Partial<Question>;
  const isNamed = typeof table === 'string' && (typeof column === 'string' || column === null);
  const entry = `questions[${index}]${isNamed ? ` (${placeOf({ table, column })})` : ''}`;
  return new AnswersInvalidError(file, entry, `${wordsOf(issue, rest)}.`);
}

function wordsOf(issue: Issue, path: readonly NonNullable<Issue['path']>[number][]): string {
  if (issue.type === 'entries') return `${issuePlace(path)} must contain exactly one of its choices`;
  return issueWords(issue, path.length === 0 ? 'it' : issuePlace(path));
}
