import { DependentsLostError } from '../../errors/lost-dependents.js';
import type { ConfirmedValues } from '../../databases/planning.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/**
 * Refuses changes that an object depends on which the revisions could not create again.
 *
 * @throws DependentsLostError
 */
export function assertKept(readings: readonly DialectReading[], confirmed: ConfirmedValues): void {
  const lost = readings.flatMap((reading) =>
    reading.planner.objectsLost(reading, confirmed).map(({ object, ...words }) => {
      const known = [...reading.undeclared, ...reading.dependents];
      return { ...words, file: known.find(({ name }) => name === object.name)?.file ?? null };
    }),
  );
  if (lost.length > 0) throw new DependentsLostError(lost);
}
