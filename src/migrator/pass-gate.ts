import { databaseNamed } from '../databases/registry.js';
import { ContractRefusedError } from '../errors/phases.js';
import { gateOf, readGatesLocked } from './gate.js';
import type { RunSession, Step } from './run-session.js';

/**
 * Looks again before the first statement of a contract revision, inside its transaction: a process of an older release
 * may have begun since the plan was made. Until the transaction has ended, no other one can begin.
 *
 * @param locked false for a revision outside a transaction
 * @throws ContractRefusedError
 */
export async function passGate(run: RunSession, step: Step, locked: boolean): Promise<void> {
  const { revision, kind, direction } = step;
  const { session, log, gate } = run;
  if (revision.phase !== 'contract' || kind !== 'run' || direction !== 'up' || gate.force) return;
  const reading = await readGatesLocked(session, log.tables, locked);
  const { youngMs } = databaseNamed(session.place.dialect).records;
  const found = gateOf(reading, { revision: revision.id, youngMs }, gate);
  if (found.open) return;
  throw new ContractRefusedError({ revision: revision.id, reason: found.reason, older: found.older });
}
