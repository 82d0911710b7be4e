/** Reads the live schema, has both sides spelled by the server, and compares them. */

import { isDeepStrictEqual } from 'node:util';
import type { BothSides } from '../databases/catalog.js';
import type { LiveSchema } from '../databases/live-schema.js';
import type { Place } from '../databases/session.js';
import type { Description } from '../metadata/describe.js';
import { readServer } from '../migrator/where.js';
import { diff } from '../schema/diff.js';
import { withLivePartitions } from '../schema/live-partitions.js';
import { withMoments } from '../schema/moments.js';
import { normalise } from '../schema/normalise.js';
import type { Change } from '../schema/change.js';
import type { DriftReport } from './drift-report.js';
import { applyScope, inOrder } from './scope.js';
import type { CheckSubject } from './subject.js';
import { separateUncomparable } from './uncomparable.js';
import { withoutUndeclared, withViewIndexes } from './view-indexes.js';
import type { ComparedViews } from './views.js';

/** What differs between the entities and the live schema. */
export interface Comparison extends Omit<
  DriftReport,
  'status' | 'pending' | 'changes' | 'accepted' | 'stale'
> {
  readonly changes: readonly Change[];
  readonly views: ComparedViews;
}

/** Both sides of a comparison as the database spells them, and the live schema before it was cut to the entities. */
export interface ComparedSides extends BothSides {
  readonly found: LiveSchema;
  readonly comparison: Comparison;
  /** Whether the database has a list of applied revisions. */
  readonly listed: boolean;
  /** Where the live schema was read. */
  readonly place: Place;
}

/** Compares a description of the entities with the live schema of a connected database, and returns both sides too. */
export function compareSides(subject: CheckSubject, description: Description): Promise<ComparedSides> {
  return compareUnlessKnown(subject, description);
}

/** The same for a database that is looked at several times: what it has again has the same result. */
export function repeatedComparison(
  subject: CheckSubject,
  description: Description,
): () => Promise<Comparison> {
  let former: ComparedSides | undefined;
  return async () => {
    former = await compareUnlessKnown(subject, description, former);
    return former.comparison;
  };
}

function compareUnlessKnown(
  subject: CheckSubject,
  description: Description,
  former?: ComparedSides,
): Promise<ComparedSides> {
  const { database: dialect, access } = subject;
  return access.onSession(async (session) => {
    const { role, citus, subscriptions } = await readServer(session);
    const readAll = dialect.readAll(session);
    await subject.assertSchema(readAll);
    const found = await dialect.catalog.introspect(
      readAll,
      description.schemas,
      description.schema.tables.map(({ name }) => name),
    );
    if (former && isDeepStrictEqual(found, former.found)) return former;
    const scoped = applyScope(found, description);
    const live = withMoments(scoped.live, description.schema, dialect.catalog.columns.isMoment);
    const sides = await dialect.catalog.canonicalize(
      withViewIndexes({ live, desired: withLivePartitions(description.schema, live) }, found, description),
      readAll,
      subject.defaultSchema(),
    );
    const separated = separateUncomparable(
      diff(normalise(sides.live), normalise(sides.desired)),
      scoped.uncomparable,
    );
    const { changes, undeclared } = withoutUndeclared(separated.changes, description);
    const comparison = {
      dialect: dialect.name,
      changes,
      uncomparable: separated.uncomparable,
      views: await subject.compareViews(session, { found, description }),
      unmanaged: inOrder([...scoped.unmanaged, ...undeclared]),
      tables: description.schema.tables.length,
      ...(role === 'standby' ? { standby: true as const } : {}),
      ...(citus === 'worker' ? { citusWorker: true as const } : {}),
      ...(subscriptions ? { subscriptions } : {}),
    };
    const { migrations } = access.project().tables;
    const listed = found.schema.tables.some(({ name }) => name === migrations.name);
    return { found, comparison, listed, place: session.place, ...sides };
  });
}
