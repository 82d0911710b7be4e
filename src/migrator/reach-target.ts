/** From where a database stands to a target. Pure. */

import { UsageError } from '../errors/base.js';
import { shortList } from '../text/short-list.js';
import { arrange, type Arrangement, type Arranging } from './arrange.js';
import type { History } from './history.js';
import { orderOf } from './order.js';
import type { Standing } from './standing.js';
import { resolveName, targetWords, type Target } from './target.js';

/** Where a database stands, and a target. */
interface Reaching {
  readonly history: History;
  readonly standing: Standing;
  readonly target: Target;
}

/**
 * What is to be applied.
 *
 * @throws UsageError, ContractAwaitedError
 */
export function upTo({ history, standing, target }: Reaching, arranging: Arranging): Arrangement {
  const { pending } = standing;
  const arranged = (ids: readonly string[], limit?: number) =>
    arrange(
      history.known.filter(({ id }) => ids.includes(id)),
      arranging,
      limit,
    );
  switch (target.kind) {
    case 'head':
      return arranged(pending);
    case 'base':
      throw new UsageError(
        'up cannot reach base. To see what reverting everything would run: down base --plan',
      );
    case 'relative': {
      const found = arranged(pending, Math.max(target.by, 0));
      return { ...found, run: first(found.run, target, 'pending') };
    }
    case 'name': {
      const { ids, rank } = orderOf(history);
      const id = resolveName(target.name, ids, history.replacedBy);
      if (!pending.includes(id) && rank(id) < rank(standing.current))
        throw new UsageError(
          `${id} is applied, and older than the current revision ${standing.current}. To see what reverting to it would run: down ${id} --plan`,
        );
      return arranged(pending.filter((other) => rank(other) <= rank(id)));
    }
  }
}

/** What is to be reverted, newest first. @throws UsageError */
export function downTo({ history, standing, target }: Reaching): readonly string[] {
  const { ids, rank, sorted } = orderOf(history);
  const newestFirst = [...sorted(history.applied.map(({ id }) => id))].reverse();
  switch (target.kind) {
    case 'base':
      return newestFirst;
    case 'head':
      throw new UsageError('down cannot reach head. To apply everything: up head');
    case 'relative':
      return first(newestFirst, target, 'applied');
    case 'name': {
      const id = resolveName(target.name, ids, history.replacedBy);
      if (standing.pending.includes(id)) throw new UsageError(`${id} is not applied. To apply it: up ${id}`);
      return newestFirst.filter((other) => rank(other) > rank(id));
    }
  }
}

/** The first ones of a list. An empty list is no error, since a repeated command has already reached its target. */
function first(
  ids: readonly string[],
  target: Target & { readonly kind: 'relative' },
  what: 'pending' | 'applied',
): readonly string[] {
  const count = what === 'pending' ? target.by : -target.by;
  if (count < 0)
    throw new UsageError(
      `${targetWords(target)} is the wrong direction: ${what === 'pending' ? 'up takes +1, +2' : 'down takes -1, -2'} and so on.`,
    );
  if (count > ids.length && ids.length > 0)
    throw new UsageError(
      `${targetWords(target)} is too far: ${ids.length} revision(s) ${what}: ${shortList(ids)}.`,
    );
  return ids.slice(0, count);
}

/** The revision that is current behind `stamp`; null at base. @throws UsageError */
export function lastStamped({ history, standing, target }: Reaching): string | null {
  if (target.kind === 'base') return null;
  if (target.kind === 'head') return standing.head;
  if (target.kind === 'name')
    return resolveName(
      target.name,
      history.known.map(({ id }) => id),
      history.replacedBy,
    );
  throw new UsageError(`stamp takes head, base or a revision, not ${targetWords(target)}.`);
}
