/** Finds an order of statements that works, by trying them on a scratch database. */

import type { QueryRunner } from 'typeorm';
import type { RestatedObject } from '../../databases/restated.js';
import { databaseWords } from '../../errors/base.js';

/** An object with the statements of one direction. */
export interface Step {
  readonly what: string;
  readonly statements: readonly string[];
}

/** Both directions in an order that works, and the objects of which a statement fails wherever it stands. */
export interface OrderedObjects {
  readonly up: readonly Step[];
  readonly down: readonly Step[];
  /** In words, with the reason. */
  readonly failed: readonly string[];
}

/** Leaves the scratch database empty. */
export async function orderObjects(
  queryRunner: QueryRunner,
  objects: readonly RestatedObject[],
  along: readonly string[],
): Promise<OrderedObjects> {
  await queryRunner.startTransaction();
  try {
    for (const sql of along) await queryRunner.query(sql);
    const ups = objects.map(({ what, up }) => ({ what, statements: up }));
    const up = await inWorkingOrder(queryRunner, ups);
    const downs = [...objects].reverse().map(({ what, down }) => ({ what, statements: down }));
    const down = up.failed.length > 0 ? { done: [], failed: [] } : await inWorkingOrder(queryRunner, downs);
    return { up: up.done, down: down.done, failed: [...up.failed, ...down.failed] };
  } finally {
    await queryRunner.rollbackTransaction();
  }
}

interface Tried {
  readonly done: readonly Step[];
  readonly failed: readonly string[];
}

/** In rounds: what fails is tried again after the others, as long as one more of them works. */
async function inWorkingOrder(queryRunner: QueryRunner, steps: readonly Step[]): Promise<Tried> {
  const done: Step[] = [];
  let left = steps.filter(({ statements }) => statements.length > 0);
  for (;;) {
    const failed: { readonly step: Step; readonly words: string }[] = [];
    for (const step of left) {
      const words = await failureOf(queryRunner, step);
      if (words === undefined) done.push(step);
      else failed.push({ step, words });
    }
    if (failed.length === 0 || failed.length === left.length)
      return { done, failed: failed.map(({ step, words }) => `${step.what}: ${words}`) };
    left = failed.map(({ step }) => step);
  }
}

async function failureOf(queryRunner: QueryRunner, { statements }: Step): Promise<string | undefined> {
  await queryRunner.query('SAVEPOINT one');
  try {
    for (const sql of statements) await queryRunner.query(sql);
    await queryRunner.query('RELEASE SAVEPOINT one');
    return undefined;
  } catch (error) {
    await queryRunner.query('ROLLBACK TO SAVEPOINT one');
    return databaseWords(error).split('\n')[0] ?? '';
  }
}
