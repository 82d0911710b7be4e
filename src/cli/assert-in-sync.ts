import type { DataSource } from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { checkAgainst } from '../drift/check-drift.js';
import { StampRefusedError } from '../errors/migration.js';
import { CitusWorkerError } from '../errors/server.js';
import { describeChange } from '../schema/describe-change.js';
import { acceptedFor, warnOfStale, type AcceptedOption } from './accepted.js';
import type { ShowText } from './io.js';

/** Compares a database that is recorded as being at head with the entities. @throws StampRefusedError */
export async function assertInSync(
  dataSource: DataSource,
  options: AcceptedOption,
  say: ShowText,
): Promise<void> {
  const accepted = await acceptedFor(options);
  const report = await checkAgainst(dataSource, { accepted, atHead: true });
  const { changes, citusWorker } = report;
  if (citusWorker) throw new CitusWorkerError(databaseOf(dataSource).shownDatabase(dataSource));
  if (accepted) warnOfStale(report, accepted.file, say);
  for (const change of changes) say(`  ${describeChange(change)}`);
  if (changes.length > 0) throw new StampRefusedError(changes.map(describeChange));
}
