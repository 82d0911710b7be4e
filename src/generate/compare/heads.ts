/** The schemas at head, for the snapshot. */

import { withPolicies } from '../../schema/live-partitions.js';
import { withoutParts } from '../../schema/undeclared.js';
import type { DialectReading } from './compare-on-scratch.js';
import { withDefinitions } from './read-views.js';
import type { Snapshot } from './snapshot.js';

/** By dialect, without the parts that no entity declares, and with what the server makes of the views. */
export function headsOf(readings: readonly DialectReading[]): Snapshot['schemas'] {
  return Object.fromEntries(
    readings.map(({ dialect, from, to, kept, facts, formerViews }) => {
      const views = withDefinitions(from.views ?? [], facts.views, formerViews);
      const { tables, enums } = withoutParts(withPolicies(from, to), kept);
      return [dialect, { dialect, tables, enums, ...(views.length === 0 ? {} : { views }) }];
    }),
  );
}
