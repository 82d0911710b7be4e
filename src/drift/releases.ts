/** What the schema of a database differs in from the entities while releases follow each other. */

import type { DialectName } from '../databases/registry.js';
import type { Description } from '../metadata/describe.js';
import type { PendingRevisions } from '../migrator/migrate.js';
import { changesOf } from '../migrator/release-phase.js';
import { expectedSchema, type ReleaseChanges } from '../schema/apply.js';
import { BRIDGE_PREFIX } from '../schema/bridge-trigger.js';
import { isViewChange, type Change } from '../schema/change.js';
import type { UnmanagedObject } from '../schema/model.js';
import { withoutRepeatsOf } from '../schema/repeated-keys.js';

/** Other releases, as a check needs them. */
type Releases = Pick<PendingRevisions, 'awaitingContract' | 'newer'>;

/** What the database is to have now; undefined where that is the schema of the entities. */
export function descriptionBetween(
  description: Description,
  releases: Releases,
  dialect: DialectName,
): Description | undefined {
  const changes = releaseChanges(releases, dialect);
  const all = [...changes.pendingContracts, ...changes.newerApplied].flat();
  if (all.length === 0) return undefined;
  const { views: declared } = description;
  const head = withoutRepeatsOf(description.schema, changes.pendingContracts.flat());
  const { views = [], ...schema } = expectedSchema({ ...head, views: declared }, changes);
  // A view that stands in for a table is not compared: no entity declares it.
  const kept = views.filter(({ name }) => declared.some((view) => view.name === name));
  return { ...description, schema, views: kept };
}

/** The newest contract revision that a newer release has applied: what only older code uses is gone since. */
export function newerContract({ newer }: Pick<Releases, 'newer'>): string | undefined {
  return newer.findLast(({ phase }) => phase === 'contract')?.id;
}

/** Whether an object is a trigger or a view of ours on a table that waits for its contract revision. */
export function isBridge(
  { kind, object }: UnmanagedObject,
  releases: Releases,
  dialect: DialectName,
): boolean {
  const at = object.lastIndexOf('.');
  const isTrigger = kind === 'trigger' && object.slice(at + 1).startsWith(BRIDGE_PREFIX);
  if (!isTrigger && kind !== 'view') return false;
  const { pendingContracts, newerApplied } = releaseChanges(releases, dialect);
  const table = object.slice(0, at);
  const isOurs = (change: Change) =>
    isTrigger ? change.table === table : isViewChange(change) && change.object === object;
  return [...pendingContracts, ...newerApplied].flat().some(isOurs);
}

/** Behind a newer contract revision, the expand revisions before it say nothing of the schema any more. */
function releaseChanges({ awaitingContract, newer }: Releases, dialect: DialectName): ReleaseChanges {
  const isSuited = newer.every(({ phase }) => phase !== 'contract');
  const expanded: readonly (readonly Change[])[] = newer.map(({ changes }) => changes);
  return {
    pendingContracts: awaitingContract.map((revision) => changesOf(revision, dialect)),
    newerApplied: isSuited ? expanded : [],
  };
}
