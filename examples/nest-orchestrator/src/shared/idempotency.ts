import { Injectable, UnprocessableEntityException } from '@nestjs/common';
import { IdempotencyKey } from 'orchestrator-db/entities';
import { LessThanOrEqual } from 'typeorm';
import type { EntityManager } from 'typeorm';

/** A request that may come again. */
export interface Repeatable {
  readonly key: string;
  readonly endpoint: string;
}

/** What came of it, now or the first time. */
export interface Outcome<T> {
  readonly answer: T;
  readonly replayed: boolean;
}

const DAY_MS = 86_400_000;

/** Carries a request out once: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
@Injectable()
export class Idempotency {
  /**
   * Within a transaction: whoever comes with the same key meanwhile waits for its end. Then he is given the answer, or,
   * where it was rolled back, carries the request out himself.
   */
  async once<T>(
    manager: EntityManager,
    { key, endpoint }: Repeatable,
    work: () => Promise<T>,
  ): Promise<Outcome<T>> {
    const now = new Date();
    await manager.delete(IdempotencyKey, { key, expiresAt: LessThanOrEqual(now) });
    await insertMissing(manager, { key, endpoint, expiresAt: new Date(now.getTime() + DAY_MS) });
    const { responseBody, ...kept } = await manager.findOneByOrFail(IdempotencyKey, { key });
    if (kept.endpoint !== endpoint)
      throw new UnprocessableEntityException(
        `The Idempotency-Key was sent with ${kept.endpoint ?? 'another request'}.`,
      );
    // Nobody sees another's row before its answer is there.
    if (responseBody !== null) return { answer: JSON.parse(responseBody) as T, replayed: true };
    const answer = await work();
    const answered = { responseStatus: 201, responseBody: JSON.stringify(answer) };
    await manager.update(IdempotencyKey, { key }, answered);
    return { answer: JSON.parse(answered.responseBody) as T, replayed: false };
  }
}

async function insertMissing(
  manager: EntityManager,
  row: Pick<IdempotencyKey, 'key' | 'endpoint' | 'expiresAt'>,
): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(IdempotencyKey)
    .values(row)
    .orIgnore()
    .updateEntity(false)
    .execute();
}
