import type { MigrationInterface } from 'typeorm';
import { databaseNamed, type DialectName } from '../../databases/registry.js';
import type { Finding } from '../../lint/finding.js';
import { lintDataSource } from '../../lint/lint.js';
import { RESULT_RULES } from '../../lint/verified-revisions.js';
import type { ScratchSources } from '../../scratch/scratch-sources.js';

/**
 * What lint reports in new revisions. The person decides on a dangerous statement that the entities require: a serial
 * key, for example. Plain classes of former revisions are recorded without a database, so that their types are known.
 */
export async function findingsIn(
  classes: readonly (new () => MigrationInterface)[],
  sources: ScratchSources,
  dialect: DialectName,
): Promise<readonly Finding[]> {
  const dataSource = sources[dialect]?.(databaseNamed(dialect).offlineTarget, classes);
  if (!dataSource) return [];
  const { findings } = await lintDataSource(dataSource, { revisions: classes.map(({ name }) => name) });
  return findings.filter(({ rule }) => !RESULT_RULES.has(rule));
}
