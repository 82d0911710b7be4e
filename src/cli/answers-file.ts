import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { GenerateError, messageOf, UsageError } from '../errors/base.js';
import { fileRemedy } from '../errors/file-remedy.js';
import { AnswersInvalidError, UnconfirmedChangesError } from '../errors/generate.js';
import {
  asEntry,
  assertAsked,
  confirmationsIn,
  NO_ANSWERS,
  refusalWith,
  withOpen,
} from '../generate/confirm/answers.js';
import type { Answers } from '../generate/confirm/answers-schema.js';
import type { ConfirmationOptions } from '../generate/confirm/confirmations.js';
import { parseAnswers } from '../generate/confirm/parse-answers.js';
import type { Generated } from '../generate/propose.js';
import { changed, putInPlace, textIfThere } from '../generate/write/files.js';

/**
 * Generates with the answers of a file. A refusal writes its open questions into the file and keeps the answers that
 * it has.
 *
 * @param generate throws UnconfirmedChangesError for questions that the confirmations leave open
 * @throws AnswersInvalidError naming the entry that is wrong, or that answers no question
 */
export async function withAnswers(
  file: string,
  generate: (words: ConfirmationOptions) => Promise<Generated>,
): Promise<Generated> {
  const before = await readAnswers(file);
  const given = { file, answers: before ?? NO_ANSWERS };
  try {
    const generated = await generate(confirmationsIn(given));
    assertAsked(given, generated.asked);
    return generated;
  } catch (error) {
    if (error instanceof UsageError) throw asEntry(error, given);
    if (!(error instanceof UnconfirmedChangesError)) throw error;
    assertAsked(given, error.asked);
    const after = withOpen(given.answers, error.changes);
    await writeAnswers(file, after);
    throw refusalWith(error, file, { before, after });
  }
}

/** @returns undefined where the file does not exist yet */
async function readAnswers(file: string): Promise<Answers | undefined> {
  if (!existsSync(dirname(file)))
    throw new UsageError(`--answers: the folder ${dirname(file)} does not exist.`);
  const text = await textIfThere(file).catch((failure: unknown) => {
    const error = (failure as Error).cause;
    throw new AnswersInvalidError(file, null, `it cannot be read: ${messageOf(error)}. ${fileRemedy(error)}`);
  });
  return text === undefined ? undefined : parseAnswers(text, file);
}

async function writeAnswers(file: string, answers: Answers): Promise<void> {
  try {
    const text = `${JSON.stringify(answers, null, 2)}\n`;
    await putInPlace({ replaced: await changed([{ path: file, text }]) });
  } catch (error) {
    throw new GenerateError(
      `${file}: the questions cannot be written: ${messageOf(error)}. ${fileRemedy(error)}`,
      {
        cause: error,
      },
    );
  }
}
