import type { KnownDatabase } from '../databases/registry.js';
import type { Place } from '../databases/session.js';
import { databaseLabels } from '../migrator/tracing.js';
import { telemetry } from '../telemetry/telemetry.js';
import type { DriftReport } from './drift-report.js';

/** Reports what a check has found to the telemetry of the application. */
export function measureDrift(report: DriftReport, database: KnownDatabase, place: Place): void {
  const labels = databaseLabels(database, place);
  const receiver = telemetry();
  receiver.record('orchestrator_db.drift.differences', report.changes.length, labels);
  receiver.record('orchestrator_db.revisions.pending', report.pending.length, labels);
}
