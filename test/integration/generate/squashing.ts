import type { MigrationInterface } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import { squash, type Squashed } from '../../../src/generate/squash/squash.js';
import { LineLogger } from '../../../src/logger.js';
import { scratchSourcesOf } from '../../../src/scratch/scratch-sources.js';
import { parseSettings } from '../../../src/settings.js';
import { postgresServer, urlOf } from '../../support/servers.js';

/** The one revision for a range of a history, whose live database is out of reach. */
export function squashed(
  migrations: readonly (new () => MigrationInterface)[],
  range: string,
  given: { readonly name?: string; readonly allowLocks?: boolean } = {},
): Promise<Squashed> {
  const dataSource = createDataSource(parseSettings({ DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' }), {
    entities: [],
    migrations,
    logger: new LineLogger('error', () => undefined),
  });
  const settings = parseSettings({ SCRATCH_DATABASE_URL: urlOf(postgresServer()) });
  const { name, allowLocks = false } = given;
  return squash({ dataSource, sources: scratchSourcesOf(dataSource), settings, range, name, allowLocks });
}

/** The error of a run that has to fail. */
export async function refusalOf(run: Promise<unknown>): Promise<Error> {
  try {
    await run;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused.');
}
