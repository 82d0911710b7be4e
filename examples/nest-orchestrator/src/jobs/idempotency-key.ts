import { BadRequestException, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

const LONGEST = 255;

/** A string in quotes, as the draft has it, is the same key as without. */
const QUOTES = /^"(.*)"$/;

/** The header of that name, which a client makes up once for what it wants once. */
export const IdempotencyKeyHeader = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const sent = context.switchToHttp().getRequest<Request>().get('Idempotency-Key') ?? '';
  const key = sent.replace(QUOTES, '$1');
  if (key !== '' && key.length <= LONGEST) return key;
  throw new BadRequestException(
    `Send an Idempotency-Key header of 1 to ${LONGEST} characters, a UUID for example.`,
  );
});
