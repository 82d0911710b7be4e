import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { EntityValidationError } from 'orchestrator-db';
import { isNotStorable, isPassing } from './query-failures.js';

/** A problem document: https://www.rfc-editor.org/rfc/rfc9457 */
interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** What is wrong with a request, one sentence a rule. */
  readonly errors?: readonly string[];
}

/** Answers every error with a problem document; what it did not expect is logged, and not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error);
    this.#log(problem, error);
    const response = host.switchToHttp().getResponse<Response>();
    if (problem.status === UNAVAILABLE) response.set('Retry-After', '1');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  /** What passes by itself is a line, what is unexpected a stack. */
  #log({ status }: Problem, error: unknown): void {
    if (status === UNAVAILABLE) this.#logger.warn(error instanceof Error ? error.message : error);
    else if (status >= 500) this.#logger.error(error instanceof Error ? (error.stack ?? error) : error);
  }
}

const UNAVAILABLE = 503;

function problemOf(error: unknown): Problem {
  if (error instanceof HttpException) return problem(error.getStatus(), wordsOf(error));
  if (error instanceof EntityValidationError) return problem(422, { detail: error.message });
  if (isNotStorable(error))
    return problem(400, { detail: 'The request holds a value that cannot be stored or looked up.' });
  if (isPassing(error))
    return problem(UNAVAILABLE, { detail: 'The database is not available at the moment.' });
  if (isOfRequest(error)) return problem(error.status, { detail: error.message });
  return problem(500, {});
}

/** What Express has against a request: too large, of an unknown encoding. https://github.com/jshttp/http-errors */
function isOfRequest(error: unknown): error is Error & { readonly status: number } {
  const { status } = error as { readonly status?: unknown };
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500;
}

type Words = Pick<Problem, 'detail' | 'errors'>;

function problem(status: number, words: Words): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, ...words };
}

/** The pipe that validates requests gives a list. */
function wordsOf(error: HttpException): Words {
  const response = error.getResponse();
  const { message } =
    typeof response === 'string' ? { message: response } : (response as { message?: unknown });
  if (Array.isArray(message)) return { detail: 'The request is not valid.', errors: message.map(String) };
  return { detail: typeof message === 'string' ? message : error.message };
}
