/** The tables by which releases know of each other, as a run finds them. */

import { FIRST_FORMAT } from '../databases/records/tables.js';
import { releaseTablesMissing } from '../errors/records.js';
import type { Presence } from './records/read.js';
import type { Context } from './run-context.js';

/** What a run does with them. */
interface ReleaseTables {
  /** Whether they are to be created beside a log of an earlier version. */
  readonly releasable: boolean;
  /** Whether the table of phases is there after that, and may be written. */
  readonly phased: boolean;
  /** Of the log; null where it has no column for that. */
  readonly format: number | null;
}

/** A new log gets them with its other tables. Pure. */
export function releaseTables(presence: Presence | undefined): ReleaseTables {
  if (!presence?.complete) return { releasable: false, phased: true, format: FIRST_FORMAT };
  const releasable = !presence.released && presence.releasable;
  return { releasable, phased: releasable || presence.phasable, format: presence.format };
}

/** Warns where the log of an earlier version stays without them, since this role may not create them. */
export async function warnOfReleaseTables({ project, session, latest, emit }: Context): Promise<void> {
  const presence = latest?.presence;
  if (!presence?.complete || presence.released || presence.releasable) return;
  const { dialect, tables } = project;
  const grant = await dialect.releaseGrant(session, tables);
  emit({
    kind: 'warning',
    message: releaseTablesMissing([tables.phases.name, tables.heartbeats.name], grant),
  });
}
