import { databaseNamed } from '../databases/registry.js';
import { ContractRefusedError } from '../errors/phases.js';
import { gateOf, readGatesLocked } from './gate.js';
import type { RunSession, Step } from './run-session.js';

/**
 * Looks again before the first statement of a contract revision, inside its transaction: a process of an older release
 * may have begun since the plan was made. Until the transaction of the first one of a group has ended, no other one can
 * begin. Since then an older one is refused by the record of that, so the others, which may read all rows of a table,
 * keep nobody waiting.
 *
 * @param transaction false for a revision outside one
 * @throws ContractRefusedError
 */
export async function passGate(run: RunSession, step: Step, transaction: boolean): Promise<void> {
  const { revision, kind, direction, followsContract } = step;
  const { session, log, gate } = run;
  if (revision.phase !== 'contract' || kind !== 'run' || direction !== 'up' || gate.force) return;
  const reading = await readGatesLocked(session, log.tables, transaction && !followsContract);
  const { youngMs } = databaseNamed(session.place.dialect).records;
  const found = gateOf(reading, { revision: revision.id, youngMs }, gate);
  if (found.open) return;
  throw new ContractRefusedError({ revision: revision.id, reason: found.reason, older: found.older });
}
