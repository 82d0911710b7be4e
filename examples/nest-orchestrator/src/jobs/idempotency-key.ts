import { BadRequestException, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

const LONGEST = 255;

/** The header of that name, which a client makes up once for what it wants once. */
export const IdempotencyKeyHeader = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<Request>().get('Idempotency-Key') ?? '';
  if (key !== '' && key.length <= LONGEST) return key;
  throw new BadRequestException(
    `Send an Idempotency-Key header of 1 to ${LONGEST} characters, a UUID for example.`,
  );
});
